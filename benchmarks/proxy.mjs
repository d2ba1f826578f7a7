// node proxy.mjs LISTEN SERVER MILLISECONDS FLIGHTS: a TCP proxy on 127.0.0.1 that adds a delay to each round trip, half in each direction.
// When a connection ends, it appends the number of its round trips to the file FLIGHTS.
//
// The handshake of TCP takes a round trip too. The kernel completes it before the proxy sees the connection, so the first bytes of the
// client are held for one more. The last bytes of a client, which ends the session and does not wait, are not counted.

import { appendFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';

const [listen, server, milliseconds, flightsFile] = process.argv.slice(2);
const roundTrip = Number(milliseconds);

createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
  const database = connect({ host: '127.0.0.1', port: Number(server), noDelay: true, allowHalfOpen: true });
  let flights = 1;
  let isWaiting = false; // whether the client has sent something since the server's bytes last reached it
  let hasEnded = false;

  relay(client, database, 1.5 * roundTrip, {
    received: () => { isWaiting = true; },
    ended: () => { hasEnded = true; },
  });
  relay(database, client, roundTrip / 2, {
    received: () => {
      flights += isWaiting && !hasEnded ? 1 : 0;
      isWaiting = false;
    },
  });
  client.on('close', () => appendFileSync(flightsFile, `${flights}\n`));
}).listen(Number(listen), '127.0.0.1');

function relay(from, to, firstDelay, { received, ended = () => {} }) {
  const queue = [];
  let delay = firstDelay;
  let due = 0;
  let isPumping = false;
  from.on('data', (bytes) => {
    received();
    send(() => to.write(bytes));
    delay = roundTrip / 2;
  });
  from.on('end', () => {
    ended();
    send(() => to.end());
  });
  from.on('error', () => to.destroy());

  function send(action) {
    due = Math.max(due, performance.now() + delay);
    queue.push({ due, action });
    if (!isPumping) {
      pump();
    }
  }

  // Timers of Node.js have milliseconds; the rest is waited for in turns of the event loop.
  function pump() {
    while (queue.length > 0 && queue[0].due <= performance.now()) {
      queue.shift().action();
    }
    isPumping = queue.length > 0;
    if (isPumping) {
      const left = queue[0].due - performance.now();
      left > 2 ? setTimeout(pump, left - 2) : setImmediate(pump);
    }
  }
}
