/** The CPU time of an environment's Pulumi program and its capture, once Pulumi is imported: prints it with the number of resources. */
import "@pulumi/aws";
import "@pulumi/pulumi";
import "@pulumi/random";
import { buildPlan } from "../lib/plan/build.ts";
import { captured, exampleOf } from "../tests/engines/pulumi/programs.ts";

const [, , example = "", environment = ""] = process.argv;
const plan = buildPlan(await exampleOf(example), environment);
const start = process.cpuUsage();
const { resources } = await captured(plan);
const { user, system } = process.cpuUsage(start);
console.log(JSON.stringify({ seconds: (user + system) / 1e6, resources: resources.filter(({ custom }) => custom).length }));
