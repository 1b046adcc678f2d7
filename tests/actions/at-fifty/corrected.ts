import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Stands between a client of CloudFormation and an emulator of it. */
interface Corrected {
  readonly url: string;
  close(): Promise<void>;
}

const deleted = "<DeleteChangeSetResponse><DeleteChangeSetResult/></DeleteChangeSetResponse>";

/**
 * moto's CloudFormation, with two answers as the service gives them: a change set that is not there is not found (AWS CloudFormation API Reference,
 * "DescribeChangeSet": ChangeSetNotFound), where moto calls that invalid, and to delete it is no mistake, where moto breaks.
 */
export async function corrected(moto: string): Promise<Corrected> {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const { authorization = "", "content-type": type = "" } = request.headers;
    const answer = await fetch(moto, { method: "POST", headers: { authorization, "content-type": type }, body });
    const text = await answer.text();
    const action = new URLSearchParams(body).get("Action");
    const gone = action === "DeleteChangeSet" && answer.status === 500;
    response.writeHead(gone ? 200 : answer.status, { "content-type": "text/xml" });
    if (gone) response.end(deleted);
    else if (action === "DescribeChangeSet") response.end(text.replace("<Code>ValidationError</Code>", "<Code>ChangeSetNotFound</Code>"));
    else response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
