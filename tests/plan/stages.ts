import type {
  CodePipeline_Pipeline_ActionDeclaration as Action,
  CodePipeline_Pipeline_StageDeclaration as Stage,
} from "../../lib/plan/cloudformation.gen.ts";
import type { Plan, Resource, Stack, Type } from "../../lib/plan/template.ts";

const isA = <T extends Type>(resource: Resource, type: T): resource is Resource<T> => resource.type === type;

/** What a stage must do when it fails, from what it does when it does not (X10, C11). */
type Wanted = "ROLLBACK" | "RETRY" | "nothing";

/**
 * Stages whose failure is met in another way than it must be: what changes an environment turns back, what only looks is tried once more, a person
 * is asked once, and a source has nothing to go back to (CodePipeline User Guide, "Configuring stage rollback").
 */
export const wronglyMet = ({ stacks }: Plan): readonly string[] =>
  stacks.flatMap((stack) =>
    stack.resources.flatMap((resource) => {
      if (!isA(resource, "AWS::CodePipeline::Pipeline")) return [];
      return resource.properties.Stages.flatMap((stage) => {
        const { Result = "nothing", RetryConfiguration } = stage.OnFailure ?? {};
        // What went well is not done again: a second image would have another digest than the one that was tested.
        const is = Result === "RETRY" && RetryConfiguration?.RetryMode !== "FAILED_ACTIONS" ? "RETRY of all" : Result;
        const wanted = wantedOf(stage, stack);
        return is === wanted ? [] : [`${stack.part}/${resource.id} ${stage.Name}: ${is} instead of ${wanted}`];
      });
    }),
  );

function wantedOf({ Actions }: Stage, stack: Stack): Wanted {
  const categories = Actions.map(({ ActionTypeId }) => ActionTypeId.Category);
  if (Actions.some((action) => changes(action, stack))) return "ROLLBACK";
  return categories.includes("Source") || categories.includes("Approval") ? "nothing" : "RETRY";
}

/** CodeDeploy's actions do, a build of Pulumi that is told to, and one whose role may update a service. */
function changes({ ActionTypeId, Configuration }: Action, { resources }: Stack): boolean {
  if (ActionTypeId.Category === "Deploy") return true;
  const text = JSON.stringify(Configuration) ?? "";
  if (text.includes(String.raw`{\"name\":\"ACTION\",\"value\":\"up\"`)) return true;
  const project = resources.find((one) => isA(one, "AWS::CodeBuild::Project") && text.includes(`{"Ref":"${one.id}"}`));
  const role = project && "ServiceRole" in project.properties ? JSON.stringify(project.properties.ServiceRole) : "";
  return resources.some(
    (one) =>
      isA(one, "AWS::IAM::RolePolicy") &&
      role.includes(`"${nameIn(one.properties.RoleName)}"`) &&
      JSON.stringify(one.properties.PolicyDocument).includes('"ecs:UpdateService"'),
  );
}

const nameIn = (reference: unknown): string => String(Object(reference).Ref);

/** Actions that may take for ever: a build without limits, and a question that nobody has to answer. */
export const withoutLimit = ({ stacks }: Plan): readonly string[] =>
  stacks.flatMap(({ part, resources }) =>
    resources.flatMap((one) => {
      if (isA(one, "AWS::CodeBuild::Project"))
        return one.properties.TimeoutInMinutes && one.properties.QueuedTimeoutInMinutes ? [] : [`${part}/${one.id}`];
      if (!isA(one, "AWS::CodePipeline::Pipeline")) return [];
      const actions = one.properties.Stages.flatMap(({ Actions }) => Actions);
      return actions.flatMap(({ Name, ActionTypeId, TimeoutInMinutes }) =>
        ActionTypeId.Category === "Approval" && !TimeoutInMinutes ? [`${part}/${one.id} ${String(Name)}`] : [],
      );
    }),
  );
