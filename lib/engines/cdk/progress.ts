import type { Plan } from "../../plan/template.ts";
import type { Progress, ResourceProgress } from "../../ports/engine.ts";

/** As much of a message of the CDK toolkit as is read here. Codes are those of its message registry. */
export interface Message {
  readonly level: string;
  readonly code?: string | undefined;
  readonly message: string;
  readonly data?: unknown;
}

const verbs: Readonly<Record<string, ResourceProgress["does"]>> = {
  CREATE: "create",
  UPDATE: "update",
  DELETE: "delete",
  IMPORT: "import",
};
const states: Readonly<Record<string, ResourceProgress["is"]>> = {
  IN_PROGRESS: "started",
  COMPLETE: "done",
  FAILED: "failed",
  SKIPPED: "kept",
};

/** The toolkit's diff asks people to confirm what its caller has shown and asked already. It has no code of its own. */
const asksAgain = /^This deployment will make potentially sensitive changes/;

/** What a message says in our words, or undefined for what nobody needs to see. */
export function progressOf({ code, level, message, data }: Message, plan: Plan): Progress | undefined {
  switch (code) {
    case "CDK_TOOLKIT_I5100":
    case "CDK_TOOLKIT_I7100":
      return { type: "stack", stack: text(field(data, "stack"), "stackName"), is: "started" };
    case "CDK_TOOLKIT_I5900":
      return { type: "stack", stack: stackOfArn(text(data, "stackArn")), is: field(data, "noOp") === true ? "unchanged" : "done" };
    case "CDK_TOOLKIT_I7900":
      return { type: "stack", stack: text(data, "stackName"), is: "done" };
    case "CDK_TOOLKIT_I5502":
      return eventProgress(field(data, "event"), plan);
    default:
      return level === "warn" && !asksAgain.test(message) ? { type: "note", text: message.trim() } : undefined;
  }
}

/** One stack event of CloudFormation. Those about the stack itself repeat what is known, but for how it is put back after a failure. */
function eventProgress(event: unknown, plan: Plan): Progress | undefined {
  const [stack, id, status] = [text(event, "StackName"), text(event, "LogicalResourceId"), text(event, "ResourceStatus")];
  return id === stack ? putBack(stack, status, text(event, "ResourceStatusReason")) : resourceProgress(event, plan);
}

/** The stack whose first deploy failed and could not be put back, which CloudFormation says in a state that no later deploy has. */
export function halfMade({ code, data }: Message): string | undefined {
  const event = code === "CDK_TOOLKIT_I5502" ? field(data, "event") : undefined;
  const stack = text(event, "StackName");
  return text(event, "LogicalResourceId") === stack && text(event, "ResourceStatus") === "ROLLBACK_FAILED" ? stack : undefined;
}

/** CloudFormation User Guide, "Stack failure options": what was deleted or changed between the first and the last of these was put back. */
function putBack(stack: string, status: string, because: string): Progress | undefined {
  const how = /^(?:UPDATE_)?ROLLBACK_(IN_PROGRESS|COMPLETE|FAILED)$/.exec(status)?.[1];
  if (how === undefined) return undefined;
  const says = {
    IN_PROGRESS: "CloudFormation puts back what it did of this deploy",
    COMPLETE: "put back: the stack is as it was before this deploy",
    FAILED: `CloudFormation could not put it back: ${because}; mend that, then run: aws cloudformation ${status.startsWith("UPDATE_") ? "continue-update-rollback" : "delete-stack"} --stack-name ${stack}`,
  };
  return { type: "note", text: `${stack}: ${Reflect.get(says, how)}` };
}

function resourceProgress(event: unknown, plan: Plan): ResourceProgress | undefined {
  const [verb = "", state = ""] = text(event, "ResourceStatus").split(/_(.*)/);
  const [does, is] = [verbs[verb], states[state]];
  const [stack, id, because] = [text(event, "StackName"), text(event, "LogicalResourceId"), text(event, "ResourceStatusReason")];
  if (!does || !is) return undefined;
  const component = plan.stacks.find(({ name }) => name === stack)?.resources.find((resource) => resource.id === id)?.block ?? "";
  const given = { type: "resource", stack, component, id, of: text(event, "ResourceType"), does, because } as const;
  // AWS's words where it gave up because of another resource: "Resource creation cancelled", "Resource update cancelled".
  return { ...given, is: is === "failed" && /^Resource \w+ cancelled/i.test(because) ? "cancelled" : is };
}

/** `arn:aws:cloudformation:<region>:<account>:stack/<name>/<id>` */
const stackOfArn = (arn: string): string => arn.split("/")[1] ?? arn;

function field(from: unknown, name: string): unknown {
  return typeof from === "object" && from !== null ? Reflect.get(from, name) : undefined;
}

function text(from: unknown, name: string): string {
  const found = field(from, name);
  return typeof found === "string" ? found : "";
}
