import { DescribeTaskDefinitionCommand, RegisterTaskDefinitionCommand, type TaskDefinition } from "@aws-sdk/client-ecs";
import { on } from "./fake.ts";

/** The revisions of one family of task definitions, as ECS keeps them. `told` hears of each that is registered from outside. */
export function taskDefinitions(family: string, container: string, arnOf: (resource: string) => string, told: (call: string) => void) {
  const definitions: TaskDefinition[] = [];
  const found = (definition: string | undefined) =>
    definition === family ? definitions.at(-1) : definitions.find(({ taskDefinitionArn }) => taskDefinitionArn === definition);
  /** Makes a revision with this image, and gives its ARN. */
  const register = (image: string, app: object = {}): string => {
    const revision = definitions.length + 1;
    const taskDefinitionArn = arnOf(`task-definition/${family}:${revision}`);
    definitions.push({ family, revision, taskDefinitionArn, status: "ACTIVE", containerDefinitions: [{ ...app, name: container, image }] });
    return taskDefinitionArn;
  };
  return {
    register,
    /** The app of the newest revision, as whoever makes one from it has it. */
    newest: () => definitions.at(-1)?.containerDefinitions?.[0],
    imageOf: (definition: string): string => found(definition)?.containerDefinitions?.[0]?.image ?? "",
    answers: [
      on(DescribeTaskDefinitionCommand, ({ taskDefinition }) => ({ taskDefinition: found(taskDefinition) })),
      on(RegisterTaskDefinitionCommand, ({ containerDefinitions = [] }) => {
        const [one] = containerDefinitions;
        told(`register ${one?.image}`);
        return { taskDefinition: found(register(one?.image ?? "", one)) };
      }),
    ],
  };
}
