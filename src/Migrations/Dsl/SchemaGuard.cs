namespace Migrations.Dsl;

/// <summary>SQL that checks, inside a transaction, that objects with the gateway's names belong to the gateway.</summary>
/// <remarks>
/// A table of another role can have triggers of that role, which would run with migrator's privileges at the first row that it writes. With
/// a view or a sequence under such a name, the gateway would not work.
/// </remarks>
public static class SchemaGuard
{
    /// <summary>The SQLSTATE, migrator's own, of the error that an object with a gateway name is not the gateway's.</summary>
    /// <remarks>
    /// The message names the objects. If their owners are what is wrong, the detail names one, and the hint has the SQL statements that
    /// give the objects to the owner of the ledger, one on each line; none if that is the role that is not trusted.
    /// </remarks>
    public const string SqlState = "KM003";

    /// <summary>The SQLSTATE, migrator's own, of the error that what is written to a table would be discarded.</summary>
    /// <remarks>The message names what discards it. The hint has the statements that switch it off.</remarks>
    public const string Discarded = "KM004";

    /// <summary>The SQLSTATE, migrator's own, of the error that a table has something that may run any code.</summary>
    /// <remarks>
    /// The message names it: children, and what calls a function that runs its arguments. The hint has what removes it, the name of the
    /// constraint what declares a function of an operator harmless.
    /// </remarks>
    public const string Unsafe = "KM005";

    /// <summary>The SQLSTATE, migrator's own, of the error that an event trigger calls a function of a role that is not trusted.</summary>
    /// <remarks>The message names it, the detail whose rights it would have. The hint has the statements that disable it.</remarks>
    public const string OnEvents = "KM006";

    // Each transaction notes its user before it acts as another role: what runs in it can go back to that user's rights.
    private const string User = "coalesce(nullif(current_setting('migrator.user', true), ''), CURRENT_USER)::name";

    /// <summary>The SQL condition that a function <c>p</c> runs code that its caller chooses, or changes something.</summary>
    /// <remarks>
    /// Whoever wrote the expression chose the arguments, so the function's owner says nothing. A volatile function is unsafe unless it is
    /// known; one of an administrator without arguments does what that administrator wanted. Of the others, those that run SQL or read
    /// relations by name, and the input functions of types, which check the domain that they are given.
    /// </remarks>
    private const string RunsItsArguments =
        """
        (p.provolatile = 'v' AND p.prorettype <> 'trigger'::regtype AND (p.pronargs > 0 OR p.oid < 16384) AND p.proname NOT IN (
               'clock_timestamp', 'current_query', 'currval', 'gen_random_bytes', 'gen_random_uuid', 'gen_salt', 'lastval', 'nextval',
               'pg_notify', 'random', 'random_normal', 'timeofday', 'uuidv4', 'uuidv7')
             OR p.proname ~ '^((query|cursor|table|schema|database)_to_xml|pg_input_|crosstab|connectby|xpath_table)'
             OR p.proname IN ('check_primary_key', 'check_foreign_key')
             OR 'cstring'::regtype = ANY (p.proargtypes::oid[]))
        """;

    /// <summary>The SQL condition that an object's <c>owner</c> is trusted.</summary>
    /// <remarks>
    /// Trusted are the user of the transaction, a role whose privileges it has, the owner of the schema or of the database, and superusers.
    /// If the user is a superuser, its memberships are ignored, because it counts as a member of every role.
    /// </remarks>
    private const string IsTrusted =
        """
        owner = me OR NOT i_am_superuser AND pg_has_role(me, owner, 'USAGE') OR owner = schema_owner OR owner = database_owner
              OR (SELECT rolsuper FROM pg_roles WHERE oid = owner)
        """;

    /// <summary>How a trigger is enabled that fires in this session, beside those that always do (pg_event_trigger.evtenabled).</summary>
    public const string Firing = "CASE current_setting('session_replication_role') WHEN 'replica' THEN 'R' ELSE 'O' END";

    // Of an owner that is trusted: it has less rights than the superuser that only reads.
    private const string IsLess = " OR i_am_superuser AND NOT (SELECT rolsuper FROM pg_roles WHERE oid = owner)";

    /// <summary>The SQL that checks the given tables, functions, indexes and sequences.</summary>
    /// <param name="schema">The gateway's schema.</param>
    /// <param name="tables">The tables.</param>
    /// <param name="functions">The functions.</param>
    /// <param name="parts">The indexes and sequences, each with the table or column that it must belong to; null to check none.</param>
    /// <param name="onlyReads">Whether nothing is to be written. A superuser then runs no code of a role that is not a superuser.</param>
    public static string Check(
        GatewaySchema schema, IReadOnlyList<string> tables, IReadOnlyList<string> functions, GuardedParts? parts = null,
        bool onlyReads = false) =>
        $"""
        DO $$
        DECLARE
          me oid := (SELECT oid FROM pg_roles WHERE rolname = {User});
          i_am_superuser boolean := (SELECT rolsuper FROM pg_roles WHERE rolname = {User});
          gateway_tables name[] := {TextArray(tables)};
          gateway_functions name[] := {TextArray(functions)};
          schema_id oid;
          schema_owner oid;
          database_owner oid := (SELECT datdba FROM pg_database WHERE datname = current_database());
          kong oid[];
          reached oid[];
          types oid[];
          ledger_owner oid;
          target text;
          found text;
          whose text;
          repairs text;
        BEGIN
          SELECT oid, nspowner INTO schema_id, schema_owner FROM pg_namespace WHERE nspname = {Sql.Literal(schema.Name)};
          SELECT owner, CASE WHEN ({IsTrusted}) AND pg_has_role(me, owner, 'USAGE') THEN pg_get_userbyid(owner) END
            INTO ledger_owner, target FROM (SELECT relowner AS owner FROM pg_class
              WHERE relnamespace = schema_id AND relname = 'schema_meta' AND relkind IN ('r', 'p')) AS ledger;
          target := coalesce(target, {User});
          SELECT string_agg(flaw, '; ' ORDER BY flaw), coalesce(min(owner_name) FILTER (WHERE owner_name = pg_get_userbyid(ledger_owner)),
              min(owner_name)), string_agg(repair, E'\n' ORDER BY repair)
            INTO found, whose, repairs FROM (
            {Diagnostics(schema, onlyReads)}{(parts is null ? "" : PartDiagnostics(parts))}) AS flaws;
          kong := ARRAY(SELECT oid FROM pg_class
            WHERE relnamespace = schema_id AND relname = ANY (gateway_tables) AND relkind IN ('r', 'p'));
          IF found IS NULL AND kong <> '{"{}"}' THEN
            {Reach(onlyReads)}
            {CheckCode(onlyReads)}
          END IF;
          IF found IS NOT NULL THEN
            -- Whoever owns the ledger owns the gateway's objects.
            repairs := CASE WHEN whose = pg_get_userbyid(ledger_owner) THEN '' ELSE repairs END;
            RAISE EXCEPTION USING ERRCODE = '{SqlState}', MESSAGE = found, DETAIL = coalesce(whose, ''),
              HINT = coalesce(repairs, ''), SCHEMA = {Sql.Literal(schema.Name)};
          END IF;
          {CheckCalls(onlyReads)}{(onlyReads ? "" : CheckRules)}
        END
        $$
        """;

    /// <summary>The SQL that keeps others from giving tables triggers until the transaction ends, and checks those they have.</summary>
    /// <remarks>
    /// A role that may only give a table triggers or foreign keys can do so after <see cref="Check"/>. This takes the lock that every write
    /// takes, before the first one: it delays no reader and no writer. A table that is missing is left out.
    /// </remarks>
    /// <param name="schema">The gateway's schema.</param>
    /// <param name="tables">The tables that are written to.</param>
    public static string Hold(GatewaySchema schema, IReadOnlyList<string> tables) =>
        $"""
        DO $hold$
        DECLARE
          held name;
          gateway_tables name[] := {TextArray(tables)};
        BEGIN
          FOR held IN SELECT relname FROM pg_class WHERE relnamespace = {schema.ToRegnamespace} AND relname = ANY (gateway_tables)
              AND relkind IN ('r', 'p') AND has_table_privilege(oid, 'UPDATE') ORDER BY relname LOOP
            EXECUTE format('LOCK TABLE %I.%I IN ROW EXCLUSIVE MODE', {Sql.Literal(schema.Name)}, held);
          END LOOP;
          IF {IsWatched(schema, "ANY (gateway_tables)")} THEN
            {Lazily(Check(schema, tables, TriggerFunctions.Names))}
          END IF;
        END
        $hold$
        """;

    // A text costs almost nothing until it is executed, and these rarely are.
    private static string Lazily(string block) =>
        $"""
        EXECUTE $guard$
        {block}
        $guard$;
        """;

    /// <summary>The SQL condition that tables have triggers that are not the gateway's, or foreign keys that change other tables.</summary>
    /// <remarks>Functions of the owner of the table are left out: what the owner may do, it may do without a trigger.</remarks>
    /// <param name="schema">The gateway's schema.</param>
    /// <param name="names">What the names of the tables are equal to.</param>
    public static string IsWatched(GatewaySchema schema, string names) =>
        $"""
        EXISTS (SELECT FROM pg_class AS c WHERE c.relnamespace = {schema.ToRegnamespace} AND c.relname = {names}
              AND (EXISTS (SELECT FROM pg_trigger AS t JOIN pg_proc AS p ON p.oid = t.tgfoid
                    WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled <> 'D' AND (t.tgqual IS NOT NULL
                      OR p.proowner <> c.relowner AND NOT (p.pronamespace = c.relnamespace
                        AND p.proname IN ({string.Join(", ", TriggerFunctions.Names.Select(Sql.Literal))}))))
                  OR EXISTS (SELECT FROM pg_constraint AS k JOIN pg_class AS o ON o.oid = k.conrelid
                    WHERE k.contype = 'f' AND k.confrelid = c.oid AND o.relowner <> c.relowner)))
        """;

    /// <summary>The SQL that checks that no event trigger runs code of a role that is not trusted. It comes before every DDL.</summary>
    /// <remarks>Whatever role a transaction acts as: a function can end that, and has the rights of the user that logged in.</remarks>
    /// <param name="schema">The gateway's schema.</param>
    /// <param name="asAdministrator">
    /// Whether a superuser stays one: it changes nothing, or not as the owner. It then runs no code of a role that is not a superuser.
    /// </param>
    public static string CheckEventTriggers(GatewaySchema schema, bool asAdministrator = false) =>
        $"""
        DO $events$
        BEGIN
          IF EXISTS (SELECT FROM pg_event_trigger WHERE evtenabled <> 'D') THEN
            {Lazily(EventTriggers(schema, asAdministrator))}
          END IF;
        END
        $events$
        """;

    private static string EventTriggers(GatewaySchema schema, bool asAdministrator) =>
        $"""
        DO $$
        DECLARE
          me oid := (SELECT oid FROM pg_roles WHERE rolname = {User});
          i_am_superuser boolean := (SELECT bool_or(rolsuper) FROM pg_roles WHERE rolname IN ({User}, SESSION_USER));
          schema_owner oid := (SELECT nspowner FROM pg_namespace WHERE nspname = {Sql.Literal(schema.Name)});
          database_owner oid := (SELECT datdba FROM pg_database WHERE datname = current_database());
          found text;
          repairs text;
        BEGIN
          SELECT string_agg(format('event trigger %s calls function %s, which belongs to %s', evtname, called, pg_get_userbyid(owner)),
                   '; ' ORDER BY evtname), string_agg(format('ALTER EVENT TRIGGER %I DISABLE;', evtname), E'\n' ORDER BY evtname)
            INTO found, repairs
            FROM (SELECT e.evtname, p.oid::regproc AS called, p.proowner AS owner
                    FROM pg_event_trigger AS e JOIN pg_proc AS p ON p.oid = e.evtfoid
                   WHERE e.evtenabled IN ('A', {Firing}) AND e.evtevent <> 'login') AS triggers
           WHERE NOT ({IsTrusted}){(asAdministrator ? IsLess : "")};
          IF found IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = '{OnEvents}', MESSAGE = found, HINT = repairs,
              DETAIL = CASE WHEN i_am_superuser THEN SESSION_USER ELSE {User} END;
          END IF;
        END
        $$
        """;

    /// <summary>Finds what is read or written with the tables: other tables by rules and keys, and the types of columns.</summary>
    private static string Reach(bool onlyReads) =>
        $"""
        reached := {(onlyReads ? "kong" :
            """
            ARRAY(WITH RECURSIVE tables (id) AS (
                SELECT unnest(kong)
                UNION
                SELECT next.id FROM tables CROSS JOIN LATERAL (
                    SELECT d.refobjid AS id FROM pg_rewrite AS r
                      JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
                     WHERE r.ev_class = tables.id
                    UNION ALL SELECT inhrelid FROM pg_inherits WHERE inhparent = tables.id
                    UNION ALL SELECT conrelid FROM pg_constraint WHERE contype = 'f' AND confrelid = tables.id
                      AND (confdeltype IN ('c', 'n', 'd') OR confupdtype IN ('c', 'n', 'd'))) AS next)
              SELECT id FROM tables)
            """)};
            types := ARRAY(WITH RECURSIVE used (id) AS (
                SELECT atttypid FROM pg_attribute WHERE attrelid = ANY (reached) AND atttypid >= 16384
                UNION
                SELECT next.id FROM used JOIN pg_type AS t ON t.oid = used.id CROSS JOIN LATERAL (
                    SELECT unnest(ARRAY[t.typbasetype, t.typelem]) AS id
                    UNION ALL SELECT rngsubtype FROM pg_range WHERE rngtypid = t.oid
                    UNION ALL SELECT atttypid FROM pg_attribute WHERE attrelid = t.typrelid AND t.typrelid <> 0) AS next
                 WHERE next.id >= 16384)
              SELECT id FROM used);
        """;

    /// <summary>Checks the functions, operators and types that the tables use, and the tables that their rules use.</summary>
    /// <remarks>
    /// A default, a constraint, an expression of an index or of statistics, a rule, a policy or the condition of a trigger may be left from
    /// a role that owned the table before. Some of them are evaluated when a query is planned. What is PostgreSQL's own is in pg_depend
    /// only up to version 13, and belongs to a superuser.
    /// </remarks>
    private static string CheckCode(bool onlyReads) =>
        $"""
        SELECT string_agg(DISTINCT format('%s uses %s, which belongs to %s', pg_describe_object(part, id, sub),
                     pg_describe_object(class, used, 0), pg_get_userbyid(owner)), '; '), min(pg_get_userbyid(owner)),
                   string_agg(DISTINCT {(onlyReads ? "CASE WHEN NOT i_am_superuser THEN " : "")}(
                     SELECT format('ALTER %s %s OWNER TO %I;', upper(o.type), o.identity, target)
                       FROM pg_identify_object(class, used, 0) AS o){(onlyReads ? " END" : "")}, E'\n')
              INTO found, whose, repairs
              FROM (
                SELECT p.part, p.id, d.objsubid AS sub, o.class, o.used, o.owner
                  FROM (
                    SELECT 'pg_class'::regclass::oid AS part, unnest(reached) AS id
                    UNION ALL SELECT 'pg_class'::regclass, indexrelid FROM pg_index WHERE indrelid = ANY (reached)
                    UNION ALL SELECT 'pg_attrdef'::regclass, oid FROM pg_attrdef WHERE adrelid = ANY (reached)
                    UNION ALL SELECT 'pg_constraint'::regclass, oid FROM pg_constraint WHERE conrelid = ANY (reached)
                    UNION ALL SELECT 'pg_constraint'::regclass, oid FROM pg_constraint WHERE contypid = ANY (types)
                    UNION ALL SELECT 'pg_type'::regclass, unnest(types)
                    UNION ALL SELECT 'pg_cast'::regclass, oid FROM pg_cast WHERE castsource = ANY (types) OR casttarget = ANY (types)
                    UNION ALL SELECT 'pg_statistic_ext'::regclass, oid FROM pg_statistic_ext WHERE stxrelid = ANY (reached)
                    UNION ALL SELECT 'pg_rewrite'::regclass, oid FROM pg_rewrite WHERE ev_class = ANY (reached)
                    UNION ALL SELECT 'pg_policy'::regclass, oid FROM pg_policy WHERE polrelid = ANY (reached)
                    UNION ALL SELECT 'pg_trigger'::regclass, oid FROM pg_trigger
                      WHERE tgrelid = ANY (reached) AND NOT tgisinternal AND tgenabled <> 'D'{(onlyReads ? " AND false" : "")}) AS p
                  JOIN pg_depend AS d ON d.classid = p.part AND d.objid = p.id
                 CROSS JOIN LATERAL (
                    SELECT d.refclassid AS class, oid AS used, proowner AS owner FROM pg_proc
                      WHERE d.refclassid = 'pg_proc'::regclass AND oid = d.refobjid
                    UNION ALL SELECT d.refclassid, oid, oprowner FROM pg_operator
                      WHERE d.refclassid = 'pg_operator'::regclass AND oid = d.refobjid
                    UNION ALL SELECT 'pg_proc'::regclass, f.oid, f.proowner FROM pg_operator AS x JOIN pg_proc AS f ON f.oid = x.oprcode
                      WHERE d.refclassid = 'pg_operator'::regclass AND x.oid = d.refobjid
                    UNION ALL SELECT d.refclassid, oid, typowner FROM pg_type
                      WHERE d.refclassid = 'pg_type'::regclass AND oid = d.refobjid
                    UNION ALL SELECT d.refclassid, oid, opcowner FROM pg_opclass
                      WHERE d.refclassid = 'pg_opclass'::regclass AND oid = d.refobjid
                    UNION ALL SELECT d.refclassid, oid, relowner FROM pg_class WHERE d.refclassid = 'pg_class'::regclass
                      AND oid = d.refobjid AND d.classid IN ('pg_rewrite'::regclass, 'pg_policy'::regclass)) AS o) AS code
             WHERE NOT ({IsTrusted}){(onlyReads ? IsLess : "")};
        """;

    /// <summary>What removes an expression, as an SQL expression; of a trigger, the trigger.</summary>
    private const string Repair =
        """
        CASE class
          WHEN 'pg_class'::regclass THEN coalesce(
            (SELECT format('ALTER TABLE %s DROP CONSTRAINT %I;', rel::regclass, conname) FROM pg_constraint
              WHERE conindid = id AND contype = 'x'), format('DROP INDEX %s;', id::regclass))
          WHEN 'pg_attrdef'::regclass THEN (
            SELECT format(CASE WHEN coalesce(to_jsonb(a) ->> 'attgenerated', '') = ''
                     THEN 'ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT;' ELSE 'ALTER TABLE %s DROP COLUMN %I;' END,
                     rel::regclass, a.attname)
              FROM pg_attrdef AS x JOIN pg_attribute AS a ON a.attrelid = x.adrelid AND a.attnum = x.adnum WHERE x.oid = id)
          WHEN 'pg_constraint'::regclass THEN (
            SELECT CASE WHEN conrelid <> 0 THEN format('ALTER TABLE %s DROP CONSTRAINT %I;', conrelid::regclass, conname)
                        ELSE format('ALTER DOMAIN %s DROP CONSTRAINT %I;', contypid::regtype, conname) END
              FROM pg_constraint WHERE oid = id)
          WHEN 'pg_type'::regclass THEN format('ALTER DOMAIN %s DROP DEFAULT;', id::regtype)
          WHEN 'pg_statistic_ext'::regclass THEN (
            SELECT format('DROP STATISTICS %s;', identity) FROM pg_identify_object(class, id, 0))
          WHEN 'pg_rewrite'::regclass THEN (
            SELECT format('DROP RULE %I ON %s;', rulename, rel::regclass) FROM pg_rewrite WHERE oid = id)
          WHEN 'pg_policy'::regclass THEN (
            SELECT format('DROP POLICY %I ON %s;', polname, rel::regclass) FROM pg_policy WHERE oid = id)
          ELSE (SELECT format('DROP TRIGGER %I ON %s;', tgname, rel::regclass) FROM pg_trigger WHERE oid = id) END
        """;

    /// <summary>Checks that nothing inherits, and that no expression calls a function that runs its arguments.</summary>
    /// <remarks>
    /// PostgreSQL does not record in pg_depend that an expression uses a function or table of its own, so the trees of the expressions are
    /// read. A rule that writes to a catalogue or to pg_settings needs no function.
    /// </remarks>
    private static string CheckCalls(bool onlyReads) =>
        $"""
        SELECT string_agg(DISTINCT flaw, '; '), string_agg(DISTINCT repair, E'\n'), string_agg(DISTINCT declared, ' ')
            INTO found, repairs, whose
            FROM (
              SELECT format('table %s inherits from table %s', inhrelid::regclass, inhparent::regclass) AS flaw,
                     CASE WHEN relispartition THEN format('ALTER TABLE %s DETACH PARTITION %s;', inhparent::regclass, inhrelid::regclass)
                          ELSE format('ALTER TABLE %s NO INHERIT %s;', inhrelid::regclass, inhparent::regclass) END AS repair,
                     NULL AS declared
                FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhparent = ANY (kong) OR inhrelid = ANY (kong)
              UNION ALL
              SELECT format('%s%s uses %s', pg_describe_object(class, id, 0),
                       CASE WHEN rel <> 0 AND class IN ('pg_class'::regclass, 'pg_statistic_ext'::regclass)
                            THEN format(' of table %s', rel::regclass)
                            WHEN rel = 0 AND class = 'pg_constraint'::regclass
                            THEN format(' of domain %s', (SELECT contypid::regtype FROM pg_constraint WHERE oid = id)) END,
                       pg_describe_object(CASE WHEN call[1] = 'relid' THEN 'pg_class'::regclass ELSE 'pg_proc'::regclass END,
                         call[2]::oid, 0)),
                     {Repair},
                     (SELECT format('ALTER FUNCTION %s STABLE;', oid::regprocedure) FROM pg_proc
                       WHERE call[1] <> 'relid' AND oid = call[2]::oid AND oid >= 16384 AND provolatile = 'v')
                FROM (
                  SELECT 'pg_class'::regclass::oid AS class, indexrelid AS id, indrelid AS rel, concat(indexprs, indpred) AS tree
                    FROM pg_index WHERE indrelid = ANY (reached)
                  UNION ALL SELECT 'pg_attrdef'::regclass, oid, adrelid, adbin::text FROM pg_attrdef WHERE adrelid = ANY (reached)
                  UNION ALL SELECT 'pg_constraint'::regclass, oid, conrelid, conbin::text FROM pg_constraint
                    WHERE conrelid = ANY (reached) OR contypid = ANY (types)
                  UNION ALL SELECT 'pg_type'::regclass, oid, 0, typdefaultbin::text FROM pg_type WHERE oid = ANY (types)
                  UNION ALL SELECT 'pg_statistic_ext'::regclass, oid, stxrelid, to_jsonb(s) ->> 'stxexprs' FROM pg_statistic_ext AS s
                    WHERE stxrelid = ANY (reached)
                  UNION ALL SELECT 'pg_rewrite'::regclass, oid, ev_class,
                      CASE ev_type WHEN '1' THEN replace(ev_action::text, ':relid', '') ELSE concat(ev_qual, ev_action) END
                    FROM pg_rewrite WHERE ev_class = ANY (reached)
                  UNION ALL SELECT 'pg_policy'::regclass, oid, polrelid, replace(concat(polqual, polwithcheck), ':relid', '')
                    FROM pg_policy WHERE polrelid = ANY (reached)
                  UNION ALL SELECT 'pg_trigger'::regclass, oid, tgrelid, concat(tgqual, ':funcid ', tgfoid) FROM pg_trigger
                    WHERE tgrelid = ANY (reached) AND NOT tgisinternal AND tgenabled <> 'D'{(onlyReads ? " AND false" : "")}) AS expressions
               CROSS JOIN LATERAL regexp_matches(tree, ':(relid|funcid|opfuncid|aggfnoid|winfnoid) (\d+)', 'g') AS calls (call)
               WHERE CASE call[1] WHEN 'relid' THEN call[2]::oid BETWEEN 1 AND 16383
                     ELSE EXISTS (SELECT FROM pg_proc AS p WHERE p.oid = call[2]::oid AND {RunsItsArguments}) END) AS flaws;
          IF found IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = '{Unsafe}', MESSAGE = found, DETAIL = {User}, HINT = repairs,
              CONSTRAINT = coalesce(whose, '');
          END IF;
        """;

    /// <summary>Checks that no rule replaces what is written, except to the ledger, which is read again after each entry.</summary>
    private const string CheckRules =
        $"""

          SELECT string_agg(format('rule %s on table %s runs instead', r.rulename, c.relname), '; ' ORDER BY c.relname, r.rulename),
                 string_agg(format('DROP RULE %I ON %I.%I;', r.rulename, n.nspname, c.relname), E'\n' ORDER BY c.relname, r.rulename)
            INTO found, whose
            FROM pg_rewrite AS r JOIN pg_class AS c ON c.oid = r.ev_class JOIN pg_namespace AS n ON n.oid = c.relnamespace
           WHERE r.ev_class = ANY (kong) AND r.is_instead AND r.ev_enabled IN ('O', 'A') AND c.relname NOT IN ('schema_meta', 'locks');
          IF found IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = '{Discarded}', MESSAGE = found, HINT = whose;
          END IF;
        """;

    /// <summary>What is wrong with the objects, each with its owner and what repairs it, for the block of the check.</summary>
    /// <remarks>
    /// Reading a table runs no trigger and none of the gateway's functions, and <see cref="CheckCode"/> finds whatever else of a role that
    /// is not trusted it would run. So a role that may read the tables, and no more, may read them whoever owns them.
    /// </remarks>
    private static string Diagnostics(GatewaySchema schema, bool onlyReads)
    {
        var name = Sql.Literal(schema.Name);
        var isTrusted = onlyReads ? $"NOT i_am_superuser OR {IsTrusted}" : IsTrusted;
        return $"""
                SELECT format('%s is %s, not a table', relname, CASE relkind WHEN 'v' THEN 'a view' WHEN 'm' THEN 'a materialized view'
                         WHEN 'f' THEN 'a foreign table' WHEN 'S' THEN 'a sequence' WHEN 'c' THEN 'a type'
                         WHEN 'p' THEN 'a partitioned table' ELSE 'an index' END) AS flaw,
                           NULL::text AS owner_name, NULL::text AS repair
                  FROM pg_class WHERE relnamespace = schema_id AND relname = ANY (gateway_tables) AND relkind <> 'r'
                UNION ALL
                SELECT format('table %s belongs to %s', relname, pg_get_userbyid(owner)), pg_get_userbyid(owner)::text,
                       format('ALTER TABLE %I.%I OWNER TO %I;', {name}, relname, target)
                  FROM (SELECT relname, relowner AS owner FROM pg_class
                         WHERE relnamespace = schema_id AND relname = ANY (gateway_tables) AND relkind IN ('r', 'p')) AS kong
                 WHERE NOT ({isTrusted})
                UNION ALL
                SELECT format('function %s() belongs to %s', proname, pg_get_userbyid(owner)), pg_get_userbyid(owner)::text,
                       format('ALTER FUNCTION %I.%I() OWNER TO %I;', {name}, proname, target)
                  FROM (SELECT proname, proowner AS owner FROM pg_proc
                         WHERE pronamespace = schema_id AND proname = ANY (gateway_functions) AND pronargs = 0) AS kong
                 WHERE NOT ({isTrusted})
                UNION ALL
                SELECT format('%s() is not a trigger function', proname), NULL, NULL FROM pg_proc
                 WHERE pronamespace = schema_id AND proname = ANY (gateway_functions) AND pronargs = 0 AND prorettype <> 'trigger'::regtype
                UNION ALL
                SELECT format('%s is a type, not a table', typname), NULL, NULL
                  FROM pg_type WHERE typnamespace = schema_id AND typname = ANY (gateway_tables) AND typrelid = 0
                UNION ALL
                SELECT format('trigger %s on table %s calls function %s, which belongs to %s', tgname, relname, proname,
                  pg_get_userbyid(owner)),
                       pg_get_userbyid(owner)::text,
                       format('ALTER TABLE %I.%I DISABLE TRIGGER %I;', {name}, relname, tgname)
                  FROM (SELECT t.tgname, c.relname, p.proname, p.proowner AS owner
                          FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid JOIN pg_proc AS p ON p.oid = t.tgfoid
                         WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND c.relnamespace = schema_id AND c.relname = ANY (gateway_tables)
                           AND NOT (p.pronamespace = schema_id AND p.proname = ANY (gateway_functions))) AS kong
                 WHERE NOT ({isTrusted})
                UNION ALL
                SELECT format('table %s, which belongs to %s, is changed with table %s, which it refers to', name, pg_get_userbyid(owner),
                  relname),
                       pg_get_userbyid(owner)::text, format('ALTER TABLE %s OWNER TO %I;', name, target)
                  FROM (SELECT k.conrelid::regclass::text AS name, c.relname, o.relowner AS owner
                          FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.confrelid JOIN pg_class AS o ON o.oid = k.conrelid
                         WHERE k.contype = 'f' AND (k.confdeltype IN ('c', 'n', 'd') OR k.confupdtype IN ('c', 'n', 'd'))
                           AND c.relnamespace = schema_id AND c.relname = ANY (gateway_tables)
                           AND NOT (o.relnamespace = schema_id AND o.relname = ANY (gateway_tables))) AS kong
                 WHERE NOT ({isTrusted})
            """;
    }

    /// <summary>Checks that relations with the names of indexes and sequences are such, and belong to the right table or column.</summary>
    private static string PartDiagnostics(GuardedParts parts) =>
        $"""

            UNION ALL
            SELECT format('%s is not the index of %s that the gateway has under this name', c.relname, kong.parent), NULL, NULL
              FROM (VALUES {Pairs(parts.Indexes)}) AS kong (name, parent)
              JOIN pg_class AS c ON c.relnamespace = schema_id AND c.relname = kong.name
              LEFT JOIN pg_index AS i ON i.indexrelid = c.oid
              LEFT JOIN pg_class AS t ON t.oid = i.indrelid AND t.relnamespace = schema_id AND t.relname = kong.parent
             WHERE t.oid IS NULL
            UNION ALL
            SELECT format('%s is not the sequence of %s', c.relname, kong.parent), NULL, NULL
              FROM (VALUES {Pairs(parts.Sequences)}) AS kong (name,
                parent)
              JOIN pg_class AS c ON c.relnamespace = schema_id AND c.relname = kong.name
             WHERE NOT EXISTS (
               SELECT FROM pg_depend AS d JOIN pg_class AS t ON t.oid = d.refobjid AND t.relnamespace = schema_id
                 JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
                WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a',
                  'i')
                  AND concat(t.relname, '.', a.attname) = kong.parent)
        """;

    private static string TextArray(IEnumerable<string> names) =>
        $"ARRAY[{string.Join(", ", names.Select(Sql.Literal))}]::name[]";

    private static string Pairs(IEnumerable<(string Name, string Parent)> pairs) =>
        string.Join(", ", pairs.Select(p => $"({Sql.Literal(p.Name)}, {Sql.Literal(p.Parent)})"));
}

/// <summary>The objects that depend on the gateway's tables and are checked by <see cref="SchemaGuard"/>.</summary>
/// <param name="Indexes">The indexes, each with its table.</param>
/// <param name="Sequences">The sequences, each with its column as <c>table.column</c>.</param>
public sealed record GuardedParts(
    IReadOnlyList<(string Name, string Parent)> Indexes, IReadOnlyList<(string Name, string Parent)> Sequences);
