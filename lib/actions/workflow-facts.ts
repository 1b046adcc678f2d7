import { UserError } from "../base/errors.ts";
import type { Config } from "../config/config.ts";
import type { WorkflowFacts, WorkflowTarget } from "../pipeline/workflow.ts";
import { roleAt } from "../plan/blocks/role-elsewhere.ts";
import { siteOf } from "../plan/settings.ts";

/** What the workflow must know of a project: the roles are those of the stacks named github (A03). Throws for a configuration that has no workflow. */
export function workflowFacts(config: Config): WorkflowFacts {
  const { workflow, environments, delivery, services } = config;
  if (!workflow) {
    throw new UserError(
      "plan/not-ready",
      "the configuration has no section workflow",
      'add one: workflow: { repository: "acme/shop", backend: "s3://acme-state/shop?region=eu-west-1", key: "arn:aws:kms:…" }',
    );
  }
  const targets = environments
    .filter(({ name }) => name !== delivery?.home)
    .flatMap((environment) =>
      environment.regions.map((region): WorkflowTarget => {
        const site = siteOf(config, environment, region);
        const address = environment.domain;
        if (address === undefined) {
          throw new UserError(
            "plan/not-ready",
            `the environment ${environment.name} has no domain, so nobody can ask it whether it is well`,
            `give it one: environments.${environment.name}.domain`,
          );
        }
        return {
          environment: environment.name,
          region,
          deploy: roleAt(site, "github-deploy").arn,
          preview: roleAt(site, "github-preview").arn,
          url: `https://${address}${services[0].health}`,
        };
      }),
    );
  return { branch: workflow.branch, backend: workflow.backend, targets };
}
