import { nameOrArn, parseArn } from "../../aws/arns.ts";
import type { Config } from "../config.ts";
import type { Findings, Rule } from "./rule.ts";

type Delivery = NonNullable<Config["delivery"]>;
type Source<Kind extends Delivery["source"]["kind"]> = Extract<Delivery["source"], { readonly kind: Kind }>;

/** The environments that have a pipeline: one for all, or each its own. */
export const buildersOf = ({ home }: Delivery, environments: Config["environments"]): Config["environments"] =>
  environments.filter(({ name }) => home === undefined || name === home);

/** A pipeline reads its source where it is itself, or through a connection (C02). */
export const sourceFits: Rule = ({ delivery, environments }) => {
  if (!delivery) return undefined;
  return () => {
    const { source } = delivery;
    if (source.kind === "github") return connectionProblem(source);
    return source.kind === "codecommit" ? repositoryProblem(source, () => buildersOf(delivery, environments)) : undefined;
  };
};

/** Developer Tools console User Guide, "Connections", "Working with repository links": links and hosts have ARNs of the same service. */
function connectionProblem({ connection }: Source<"github">): Findings {
  const parsed = parseArn(connection);
  const wrong = "problem" in parsed ? parsed.problem : noConnection(parsed.arn.service, parsed.arn.resource);
  return wrong === undefined
    ? undefined
    : { path: ["delivery", "source", "connection"], fix: `write the ARN of a connection in CodeConnections: ${wrong}` };
}

function noConnection(service: string, resource: string): string | undefined {
  if (service !== "codeconnections" && service !== "codestar-connections") return `this is an ARN of ${service}`;
  const [kind = "", id = ""] = resource.split("/");
  if (kind !== "connection") return `this is that of a ${kind}, and a pipeline takes connection/<id>`;
  return id === "" ? "it names none after connection/" : undefined;
}

/** AWS CodeCommit API reference, RepositoryMetadata: repositoryName. */
const repositoryName = /^[\w.-]{1,100}$/;

/** A source action crosses no region (AWS CodePipeline User Guide, "Add a cross-Region action in CodePipeline"), and names no account: it has the name alone. */
function repositoryProblem({ repository }: Source<"codecommit">, builders: () => Config["environments"]): Findings {
  if (repository === undefined) return undefined;
  const path = ["delivery", "source", "repository"];
  const found = nameOrArn(repository, { service: "codecommit" });
  if ("problem" in found) return { path, fix: `write the name or the ARN of a repository: ${found.problem}` };
  if (!repositoryName.test(found.name))
    return { path, fix: `write the name of a repository, up to 100 letters, digits and any of _ . -: "${found.name}" is none` };
  return () => {
    const stranger = builders().find(
      ({ account, regions }) => (found.account ?? account) !== account || (found.region ?? regions[0]) !== regions[0],
    );
    return (
      stranger && {
        path,
        fix: `write the name of one in ${stranger.regions[0]} of ${stranger.account}, where the pipeline in "${stranger.name}" is: this is in ${found.region} of ${found.account}`,
      }
    );
  };
}
