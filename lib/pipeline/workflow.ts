import { parseDocument } from "yaml";

/** One environment in one region, with the roles that GitHub's jobs take on there. */
export interface WorkflowTarget {
  readonly environment: string;
  readonly region: string;
  /** ARNs of the roles that deploy and that preview. */
  readonly deploy: string;
  readonly preview: string;
  /** What answers 200 once the environment is well. */
  readonly url: string;
}

/** What a project puts into the workflow file, all else in which is the same for every project. */
export interface WorkflowFacts {
  /** Branch whose pushes deploy. */
  readonly branch: string;
  /** URL of Pulumi's state, with its region. */
  readonly backend: string;
  /** In the order in which they are deployed. */
  readonly targets: readonly WorkflowTarget[];
}

/** The workflow of GitHub Actions for a project: the file `assets/workflows/ci-cd.yml`, comments and all, with the project's own facts (A03). */
export function workflowText(file: string, { branch, backend, targets }: WorkflowFacts): string {
  const workflow = parseDocument(file);
  const environments = [...new Set(targets.map(({ environment }) => environment))];
  const typed = ["on", "workflow_dispatch", "inputs", "environment"];
  workflow.setIn(["on", "push", "branches"], workflow.createNode([branch], { flow: true }));
  workflow.setIn([...typed, "options"], workflow.createNode(environments, { flow: true }));
  workflow.setIn([...typed, "default"], environments[0]);
  workflow.setIn(["env", "PULUMI_BACKEND_URL"], backend);
  workflow.setIn(["env", "TARGETS"], `[\n${targets.map((target) => `  ${JSON.stringify(target)}`).join(",\n")}\n]\n`);
  return workflow.toString({ lineWidth: 0, flowCollectionPadding: false });
}
