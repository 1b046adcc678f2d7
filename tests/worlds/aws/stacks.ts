/** A resource of a template, as far as the stand-in looks at it. */
interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
}

interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

type Verb = "CREATE" | "UPDATE" | "DELETE";

export interface Stack {
  readonly name: string;
  readonly id: string;
  status: string;
  /** What is deployed; undefined until a change set was executed. */
  text: string | undefined;
  protected: boolean;
  tags: readonly (readonly [key: string, value: string])[];
  /** What was begun and nobody has looked at yet. */
  work?: (() => void) | undefined;
  outputs: Readonly<Record<string, string>>;
  /** Newest first, as CloudFormation lists them. */
  readonly events: StackEvent[];
}

type StackEvent = Readonly<Record<string, string>>;

const templateOf = (text: string | undefined): Template => (text === undefined ? { Resources: {} } : JSON.parse(text));

const own: Resource = { Type: "AWS::CloudFormation::Stack" };

let last = 0;

/** No two events at the same time: whoever reads them sorts by it. */
function now(): string {
  last = Math.max(Date.now(), last + 1);
  return new Date(last).toISOString();
}

function say(stack: Stack, id: string, { Type }: Resource, ResourceStatus: string, reason?: string): void {
  stack.events.unshift({
    StackId: stack.id,
    StackName: stack.name,
    EventId: `${stack.name}-${stack.events.length}`,
    LogicalResourceId: id,
    PhysicalResourceId: id === stack.name ? stack.id : `${stack.name}-${id}`,
    ResourceType: Type,
    Timestamp: now(),
    ResourceStatus,
    ...(reason !== undefined && { ResourceStatusReason: reason }),
  });
}

function become(stack: Stack, status: string): void {
  stack.status = status;
  say(stack, stack.name, own, status);
}

/** What CloudFormation does with an executed change set. `failing`: reasons by logical id; the resource after it is given up in its midst. */
export function execute(stack: Stack, text: string, outputs: Stack["outputs"], failing: ReadonlyMap<string, string>): void {
  const before = templateOf(stack.text).Resources;
  const after = templateOf(text).Resources;
  const verb = stack.text === undefined ? "CREATE" : "UPDATE";
  become(stack, `${verb}_IN_PROGRESS`);
  const changed = Object.entries(after).filter(([id, resource]) => JSON.stringify(resource) !== JSON.stringify(before[id]));
  for (const [at, [id, resource]] of changed.entries()) {
    const does: Verb = before[id] ? "UPDATE" : "CREATE";
    say(stack, id, resource, `${does}_IN_PROGRESS`);
    const reason = failing.get(id);
    if (reason !== undefined) {
      const [beside] = changed.slice(at + 1);
      if (beside) say(stack, ...beside, "CREATE_IN_PROGRESS");
      say(stack, id, resource, `${does}_FAILED`, reason);
      if (beside) say(stack, ...beside, "CREATE_FAILED", "Resource creation cancelled");
      rollBack(stack, changed.slice(0, at), verb);
      return;
    }
    say(stack, id, resource, `${does}_COMPLETE`);
  }
  for (const [id, resource] of Object.entries(before)) if (!after[id]) remove(stack, id, resource);
  Object.assign(stack, { text, outputs });
  become(stack, `${verb}_COMPLETE`);
}

function rollBack(stack: Stack, done: readonly (readonly [string, Resource])[], verb: Verb): void {
  const prefix = verb === "CREATE" ? "" : "UPDATE_";
  become(stack, `${prefix}ROLLBACK_IN_PROGRESS`);
  for (const [id, resource] of done.toReversed()) say(stack, id, resource, "DELETE_COMPLETE");
  become(stack, `${prefix}ROLLBACK_COMPLETE`);
}

function remove(stack: Stack, id: string, resource: Resource): void {
  const keeps = resource.DeletionPolicy === "Retain" || resource.DeletionPolicy === "RetainExceptOnCreate";
  if (!keeps) say(stack, id, resource, "DELETE_IN_PROGRESS");
  say(stack, id, resource, keeps ? "DELETE_SKIPPED" : "DELETE_COMPLETE");
}

export function deleteStack(stack: Stack): void {
  become(stack, "DELETE_IN_PROGRESS");
  for (const [id, resource] of Object.entries(templateOf(stack.text).Resources).toReversed()) remove(stack, id, resource);
  become(stack, "DELETE_COMPLETE");
}

/** The stacks and outputs that a template reads, as `Fn::GetStackOutput` names them. */
export function readsIn(node: unknown): (readonly [stack: string, output: string])[] {
  if (typeof node !== "object" || node === null) return [];
  const found: unknown = Reflect.get(node, "Fn::GetStackOutput");
  if (typeof found === "object" && found !== null)
    return [[String(Reflect.get(found, "StackName")), String(Reflect.get(found, "OutputName"))]];
  return Object.values(node).flatMap(readsIn);
}

/** Outputs with a name of this stand-in's own for whatever only AWS can know. */
export function outputsOf(stack: string, text: string): Stack["outputs"] {
  return Object.fromEntries(
    Object.entries(templateOf(text).Outputs ?? {}).map(([name, { Value }]) => [
      name,
      typeof Value === "string" ? Value : `${stack}:${JSON.stringify(Value)}`,
    ]),
  );
}
