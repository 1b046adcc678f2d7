import type { Value } from "../../aws/value.ts";
import { slots } from "../../base/outcome.ts";
import type { Block } from "../stack.ts";
import { att, ref, sub } from "../template.ts";
import type { Project } from "./build-project.ts";
import type { Pipeline } from "./pipeline.ts";
import type { Colours } from "./target-groups.ts";

/** A line of a chart: namespace, metric, then names and values of its dimensions; values may be `${Name}` of the dashboard's own. */
export type Line = readonly [namespace: string, metric: string, ...dimensions: string[]];

interface Chart {
  readonly title: string;
  readonly stat: string;
  /** Lines, each perhaps with options at its end; or an expression alone. */
  readonly lines: readonly (readonly (string | Readonly<Record<string, string | boolean>>)[])[];
}

/** Charts two in a row, as CloudWatch reads them (CloudWatch API reference, "Dashboard body structure and syntax"). */
export function dashboard(block: Block, thing: string, charts: readonly Chart[], values: Readonly<Record<string, Value<string>>>): void {
  const widgets = charts.map(({ title, stat, lines }, at) => ({
    type: "metric",
    x: (at % 2) * 12,
    y: Math.floor(at / 2) * 6,
    width: 12,
    height: 6,
    properties: { title, stat, period: 60, region: block.site.region, metrics: lines },
  }));
  const made = block.add(
    `${thing} dashboard`,
    "AWS::CloudWatch::Dashboard",
    { DashboardName: block.name("dashboard", thing), DashboardBody: sub(JSON.stringify({ widgets }), values), Tags: block.site.tags },
    { proves: ["B20", "E08"] },
  );
  block.stack.output("DashboardName", ref(made), "The dashboard in CloudWatch");
}

/** Both colours side by side, as callers see them. `what` is behind them: copies, or instances. */
export const colourCharts = (what: string, lines: (metric: string) => readonly Line[]): readonly Chart[] => [
  { title: "Requests by colour", stat: "Sum", lines: lines("RequestCount") },
  { title: "Errors by colour", stat: "Sum", lines: lines("HTTPCode_Target_5XX_Count") },
  { title: "95 % answered within", stat: "p95", lines: lines("TargetResponseTime") },
  { title: `Unhealthy ${what} by colour`, stat: "Maximum", lines: lines("UnHealthyHostCount") },
];

interface ServiceCharts {
  readonly thing: string;
  readonly balancerName: Value<string>;
  readonly colours: Colours;
  readonly clusterName: Value<string>;
  /** The service, or the two of a release, each under the word that its charts know it by. */
  readonly serviceNames: Readonly<Record<string, Value<string>>>;
}

/** Both colours side by side, as callers see them, and what the service uses. */
export function serviceDashboard(block: Block, { thing, balancerName, colours, clusterName, serviceNames }: ServiceCharts): void {
  const perColour = (metric: string): readonly Line[] =>
    slots.map((slot) => ["AWS/ApplicationELB", metric, "LoadBalancer", "${Balancer}", "TargetGroup", `\${${slot}}`]);
  const perService = (metric: string): readonly Line[] =>
    Object.keys(serviceNames).map((name) => ["AWS/ECS", metric, "ClusterName", "${Cluster}", "ServiceName", `\${${name}}`]);
  dashboard(
    block,
    thing,
    [
      ...colourCharts("copies", perColour),
      { title: "CPU and memory in %", stat: "Average", lines: [...perService("CPUUtilization"), ...perService("MemoryUtilization")] },
    ],
    {
      Balancer: balancerName,
      Cluster: clusterName,
      ...serviceNames,
      blue: att(colours.blue, "TargetGroupFullName"),
      green: att(colours.green, "TargetGroupFullName"),
    },
  );
}

/** How often the pipeline fails, and how its builds do (C18, E08). */
export function pipelineDashboard(block: Block, pipeline: Pipeline, builds: Readonly<Record<string, Project>>): void {
  const perBuild = (metric: string): readonly Line[] =>
    Object.keys(builds).map((name) => ["AWS/CodeBuild", metric, "ProjectName", `\${${name}}`]);
  dashboard(
    block,
    "pipeline",
    [
      { title: "Failed runs", stat: "Sum", lines: [["AWS/CodePipeline", "FailedPipelineExecutions", "PipelineName", "${pipeline}"]] },
      { title: "Failed builds", stat: "Sum", lines: perBuild("FailedBuilds") },
      { title: "Successful builds", stat: "Sum", lines: perBuild("SucceededBuilds") },
      { title: "Seconds that builds take", stat: "Average", lines: perBuild("Duration") },
    ],
    { pipeline: ref(pipeline), ...Object.fromEntries(Object.entries(builds).map(([name, project]) => [name, ref(project)])) },
  );
}
