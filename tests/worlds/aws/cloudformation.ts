import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Asked, notInTheModel, otherwise, wrongError, wrongText } from "./model.ts";
import { deleteStack, execute, outputsOf, readsIn, type Stack } from "./stacks.ts";

/** An account as the CDK toolkit sees it, and what came of every call. */
export interface CloudFormation {
  readonly url: string;
  /** Each call in its order, such as `ExecuteChangeSet shop-base`. */
  readonly calls: string[];
  /** By name; those that were deleted are gone. */
  readonly stacks: Map<string, Stack>;
  /** Reasons for which resources cannot be made, by logical id. */
  readonly failing: Map<string, string>;
  /** Whether `cdk bootstrap` was run. */
  bootstrapped: boolean;
  /** Whether credentials are past their time. */
  expired: boolean;
  close(): Promise<void>;
}

type Given = Readonly<Record<string, string>>;
type Value = string | readonly Value[] | { readonly [name: string]: Value };

class Refused extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** XML of AWS's query protocol: lists are of `member`. */
function xml(value: Value): string {
  if (typeof value === "string") return escaped(value);
  if (Array.isArray(value)) return value.map((one: Value) => `<member>${xml(one)}</member>`).join("");
  return Object.entries(value)
    .map(([name, inner]) => `<${name}>${xml(inner)}</${name}>`)
    .join("");
}

/**
 * STS, CloudFormation and the bucket for assets of one account and region, as far as a deploy with change sets goes, over their own protocols.
 * Work is done at once. It cannot show that AWS takes a template's properties, which permissions the calls need, or how long anything takes.
 */
export async function cloudFormation(account: string): Promise<CloudFormation> {
  const calls: string[] = [];
  const objects = new Map<string, string>();
  const aws = { calls, stacks: new Map<string, Stack>(), failing: new Map<string, string>(), bootstrapped: true, expired: false };
  const answers = { ...identityOf(account, aws), ...stacksOf(account, aws, objects) };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const { method = "", url = "/" } = request;
    if (method !== "POST") {
      calls.push(`${method} ${url.split("?")[0]}`);
      const [status, text] = bucket(objects, account, method, url, body);
      response.writeHead(status, { "content-type": "application/xml" }).end(method === "HEAD" ? "" : text);
      return;
    }
    // A stack is a text here, and makes no table: so the ledger is not there yet.
    if (String(request.headers["x-amz-target"]).startsWith("DynamoDB")) {
      const none = { __type: "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", message: "Requested resource not found" };
      response.writeHead(400, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(none));
      return;
    }
    const given: Given = Object.fromEntries(new URLSearchParams(body));
    const action = given.Action ?? "";
    calls.push(`${action} ${given.StackName ?? given.RoleArn ?? ""}`.trim());
    try {
      const answer = answers[action];
      if (!answer) throw new Refused("InvalidAction", `Could not find operation ${action}`);
      const told = answer(given);
      const lines = wrongText(askedOf(action), told);
      if (lines.length > 0) throw new Refused(notInTheModel, otherwise(lines));
      const result = xml({ [`${action}Response`]: { [`${action}Result`]: told } });
      response.writeHead(200, { "content-type": "text/xml" }).end(result);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      response.writeHead(400, { "content-type": "text/xml" }).end(refusal(action, error));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return Object.assign(aws, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close });
}

/** An error as the service would tell it, or where AWS's own model does not know it, one that says so. */
function refusal(action: string, { code, message }: Refused): string {
  const lines = wrongError(askedOf(action), code);
  const told = lines.length === 0 ? { Code: code, Message: message } : { Code: notInTheModel, Message: otherwise(lines) };
  return xml({ ErrorResponse: { Error: { Type: "Sender", ...told } } });
}

/** STS is asked who one is and for a role, CloudFormation everything else. */
const askedOf = (operation: string): Asked => ({ service: /Identity|Role/.test(operation) ? "STS" : "CloudFormation", operation });

type Answers = Readonly<Record<string, (given: Given) => Value>>;
type State = Pick<CloudFormation, "stacks" | "failing" | "bootstrapped" | "expired">;

function identityOf(account: string, aws: State): Answers {
  const look = () => {
    if (aws.expired) throw new Refused("ExpiredToken", "The security token included in the request is expired");
  };
  return {
    GetCallerIdentity: () => {
      look();
      return { Account: account, Arn: `arn:aws:iam::${account}:user/tester`, UserId: "AIDAEXAMPLE" };
    },
    AssumeRole: ({ RoleArn = "" }) => {
      look();
      if (!aws.bootstrapped) throw new Refused("AccessDenied", `User is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`);
      return {
        Credentials: {
          AccessKeyId: "ASIAEXAMPLE",
          SecretAccessKey: "secret",
          SessionToken: "token",
          Expiration: new Date(Date.now() + 3_600_000).toISOString(),
        },
        AssumedRoleUser: { AssumedRoleId: "AROAEXAMPLE:tester", Arn: RoleArn },
      };
    },
  };
}

/** The bucket for assets: what is put can be looked for, and is read by CloudFormation. */
function bucket(objects: Map<string, string>, account: string, method: string, url: string, body: string): readonly [number, string] {
  const { pathname, searchParams } = new URL(url, "http://s3");
  const key = pathname.split("/").slice(2).join("/");
  if (method === "PUT") objects.set(key, body);
  if (searchParams.has("location")) return [200, "<LocationConstraint>eu-west-1</LocationConstraint>"];
  if (searchParams.has("encryption"))
    return [404, xml({ Error: { Code: "ServerSideEncryptionConfigurationNotFoundError", Message: account } })];
  if (searchParams.has("list-type")) {
    const found = [...objects.keys()].filter((one) => one === searchParams.get("prefix"));
    return [200, `<ListBucketResult>${found.map((Key) => xml({ Contents: { Key, Size: "1" } })).join("")}</ListBucketResult>`];
  }
  return [key === "" || objects.has(key) ? 200 : 404, ""];
}

function stacksOf(account: string, aws: State, objects: ReadonlyMap<string, string>): Answers {
  const every: Stack[] = [];
  const changeSets = new Map<string, { readonly stack: Stack; readonly text: string; readonly because: string }>();
  const find = (name = ""): Stack => {
    const found = aws.stacks.get(name) ?? every.find(({ id }) => id === name);
    if (!found) throw new Refused("ValidationError", `Stack with id ${name} does not exist`);
    // What began is done when somebody looks: events are later than the answer to the call that began it.
    const { work } = found;
    found.work = undefined;
    work?.();
    return found;
  };
  const textOf = ({ TemplateBody, TemplateURL = "" }: Given): string => {
    const text = TemplateBody ?? objects.get(new URL(TemplateURL).pathname.split("/").at(-1) ?? "");
    if (text === undefined) throw new Refused("ValidationError", `S3 error: ${TemplateURL} does not exist`);
    return text;
  };
  const changeSetOf = ({ ChangeSetName = "" }: Given) => {
    const found = changeSets.get(ChangeSetName);
    if (!found) throw new Refused("ChangeSetNotFound", `ChangeSet [${ChangeSetName}] does not exist`);
    return found;
  };
  return {
    DescribeStacks: ({ StackName }) => ({ Stacks: [described(find(StackName))] }),
    GetTemplate: ({ StackName }) => ({ TemplateBody: find(StackName).text ?? "" }),
    DescribeStackEvents: ({ StackName }) => ({ StackEvents: find(StackName).events }),
    CreateChangeSet: (given) => {
      const { StackName: name = "", ChangeSetName = "", ChangeSetType } = given;
      const text = textOf(given);
      const id = `arn:aws:cloudformation:eu-west-1:${account}:stack/${name}/${every.length}`;
      if (ChangeSetType === "CREATE" && !aws.stacks.has(name)) {
        const made: Stack = {
          name,
          id,
          status: "REVIEW_IN_PROGRESS",
          text: undefined,
          protected: false,
          tags: [],
          outputs: {},
          events: [],
        };
        aws.stacks.set(name, made);
        every.push(made);
      }
      const stack = find(name);
      const unread = readsIn(JSON.parse(text)).filter(([from, output]) => aws.stacks.get(from)?.outputs[output] === undefined);
      const setId = `arn:aws:cloudformation:eu-west-1:${account}:changeSet/${ChangeSetName}/1`;
      const same = stack.text === text && String(stack.tags) === String(tagsIn(given));
      const because = same ? "The submitted information didn't contain changes." : unread.map(String).join(" ");
      stack.tags = tagsIn(given);
      for (const key of [ChangeSetName, setId]) changeSets.set(key, { stack, text, because });
      return { Id: setId, StackId: stack.id };
    },
    DescribeChangeSet: (given) => {
      const { stack, because } = changeSetOf(given);
      const status = because === "" ? "CREATE_COMPLETE" : "FAILED";
      const change = { Type: "Resource", ResourceChange: { Action: "Add", LogicalResourceId: "Any", ResourceType: "AWS::Any::Any" } };
      const ids = { ChangeSetName: given.ChangeSetName ?? "", ChangeSetId: given.ChangeSetName ?? "" };
      return { ...ids, StackId: stack.id, StackName: stack.name, Status: status, StatusReason: because, Changes: [change] };
    },
    ExecuteChangeSet: (given) => {
      const { stack, text } = changeSetOf(given);
      stack.status = stack.text === undefined ? "CREATE_IN_PROGRESS" : "UPDATE_IN_PROGRESS";
      stack.work = () => execute(stack, text, outputsOf(stack.name, text), aws.failing);
      return "";
    },
    DeleteChangeSet: ({ ChangeSetName = "" }) => {
      changeSets.delete(ChangeSetName);
      return "";
    },
    UpdateTerminationProtection: ({ StackName, EnableTerminationProtection }) => {
      const stack = find(StackName);
      stack.protected = EnableTerminationProtection === "true";
      return { StackId: stack.id };
    },
    DeleteStack: ({ StackName }) => {
      const stack = find(StackName);
      if (stack.protected)
        throw new Refused("ValidationError", `Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
      deleteStack(stack);
      aws.stacks.delete(stack.name);
      return "";
    },
  };
}

/** The tags of a stack that a call gives. */
const tagsIn = (given: Given): [key: string, value: string][] =>
  Object.entries(given).flatMap(([name, key]) =>
    /^Tags\.member\.\d+\.Key$/.test(name) ? [[key, given[name.replace(/Key$/, "Value")] ?? ""]] : [],
  );

function described({ name, id, status, outputs, tags, protected: EnableTerminationProtection }: Stack): Value {
  return {
    StackName: name,
    StackId: id,
    StackStatus: status,
    CreationTime: "2026-01-01T00:00:00.000Z",
    EnableTerminationProtection: String(EnableTerminationProtection),
    Tags: tags.map(([Key, Value]) => ({ Key, Value })),
    Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
  };
}
