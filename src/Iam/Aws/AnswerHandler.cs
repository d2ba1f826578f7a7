namespace Migrator.Iam.Aws;

/// <summary>
/// Reads each answer within its limits and checks it before the SDK sees it. A wrong answer throws <see cref="AnswerException"/>.
/// </summary>
/// <param name="check">Checks an answer, and may replace its content.</param>
internal sealed class AnswerHandler(Action<HttpResponseMessage, AwsAnswer> check) : DelegatingHandler
{
    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        try
        {
            var answer = await AwsAnswer.ReadAsync(response, cancellationToken);
            if (answer.IsRedirect)
            {
                throw answer.Unusable("it is a redirect, which is not followed");
            }

            check(response, answer);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
