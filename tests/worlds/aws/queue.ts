import { region } from "./credentials.ts";

const account = "123456789012";

/** A queue of an emulator, by Amazon SQS's JSON protocol: what other services of AWS send to it can be read back. */
export async function queueIn(url: string, name: string) {
  const call = async (action: string, body: object): Promise<unknown> => {
    const answer = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `AmazonSQS.${action}`,
        authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/sqs/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${action}: ${answer.status} ${await answer.text()}`);
    return await answer.json();
  };
  await call("CreateQueue", { QueueName: name });
  return {
    arn: `arn:aws:sqs:${region}:${account}:${name}`,
    /** All that has come, in the order in which it came. */
    received: async (): Promise<readonly string[]> => {
      const bodies: string[] = [];
      for (;;) {
        const page = Object(await call("ReceiveMessage", { QueueUrl: `${url}/${account}/${name}`, MaxNumberOfMessages: 10 }));
        const messages: readonly { readonly Body: string }[] = page.Messages ?? [];
        if (messages.length === 0) return bodies;
        bodies.push(...messages.map(({ Body }) => Body));
      }
    },
  };
}
