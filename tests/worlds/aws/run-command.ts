import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { AutoScalingClient, DescribeAutoScalingGroupsCommand, type LifecycleState } from "@aws-sdk/client-auto-scaling";
import {
  type CommandInvocation,
  InvalidInstanceId,
  ListCommandInvocationsCommand,
  SendCommandCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { create } from "tar";
import { jobsFolder } from "../../../lib/worlds/aws/job-script.ts";
import { credentials, region } from "./credentials.ts";
import { faked, on } from "./fake.ts";
import { pageOf } from "./paged.ts";

interface Sent {
  readonly comment: string;
  readonly instance: string;
  readonly at: number;
  readonly script: string;
  readonly child: ChildProcess;
  output: string;
}

/** What an instance of Amazon Linux has: the AWS CLI, which fetches from a folder here, and systemd, which runs a command with the app's variables. */
const programs = {
  aws: `#!/bin/sh
[ "$1 $2 $3" = "s3 cp --quiet" ] || exit 2
cp "$BUCKET/$(basename "$4")" "$5"
`,
  "systemd-run": `#!/bin/sh
while [ $# -gt 0 ]; do
  case $1 in
    --working-directory=*) folder=\${1#*=} ;;
    --property=EnvironmentFile=*) file=\${1#*=*=}; [ ! -e "$ETC\${file#-}" ] || { set -a; . "$ETC\${file#-}"; set +a; } ;;
    --*) ;;
    *) break ;;
  esac
  shift
done
cd "$folder" && exec "$@"
`,
};

/**
 * Instances in two fleets, on which Systems Manager runs what it is sent, here by a shell with the programs of an instance. It cannot show rights,
 * users or how long a delivery takes.
 */
export async function runCommand(fleets: Readonly<Record<string, readonly string[]>>, now: () => number) {
  const root = mkdtempSync(path.join(tmpdir(), "sluice-test-"));
  const at = (...names: readonly string[]) => path.join(root, ...names);
  for (const name of ["bin", "bucket", "etc/etc/sluice", "etc/run/app", "app"]) mkdirSync(at(name), { recursive: true });
  for (const [name, text] of Object.entries(programs)) writeFileSync(at("bin", name), text, { mode: 0o755 });
  writeFileSync(at("app", "version"), "2.0\n");
  await create({ file: at("bucket", "release.tar.gz"), cwd: at("app"), gzip: true, portable: true }, ["."]);
  writeFileSync(at("etc/etc/sluice/app.env"), 'GREETING="a \\"quoted\\" word"\n');
  const sent: Sent[] = [];
  /** Whether Systems Manager does not yet tell of what was sent. */
  const stale = { is: false };
  /** Where the auto-scaling groups have instances that are not in service. */
  const states = new Map<string, LifecycleState>();
  /** Whether Systems Manager has not got through to the instance yet, and tries again. */
  const delayed = { is: false };

  const invocation = ({ comment, instance, child, output, at: sentAt }: Sent): CommandInvocation => {
    const ended = child.exitCode !== null;
    const came = ended ? (child.exitCode === 0 ? "Success" : "Failed") : "InProgress";
    const [status, ofPlugin] = delayed.is ? (["Delayed", "Pending"] as const) : ([came, came] as const);
    return {
      CommandId: String(sentAt),
      InstanceId: instance,
      Comment: comment,
      Status: status,
      StatusDetails: status,
      CommandPlugins: [
        { Name: "aws:runShellScript", Status: ofPlugin, ResponseCode: child.exitCode ?? -1, Output: output.slice(0, 2_500) },
      ],
    };
  };
  const ssm = faked(
    new SSMClient({ region, credentials }),
    on(SendCommandCommand, ({ InstanceIds: [instance = ""] = [], Comment: comment = "", Parameters: { commands = [] } = {} }) => {
      if (!Object.values(fleets).flat().includes(instance))
        throw new InvalidInstanceId({ message: "Instances not in a valid state for account", $metadata: {} });
      const script = commands.join("\n");
      const child = spawn("/bin/sh", ["-c", script.replaceAll(jobsFolder, at("jobs", instance))], {
        env: { PATH: `${at("bin")}:${process.env.PATH}`, BUCKET: at("bucket"), ETC: at("etc") },
      });
      const mine: Sent = { comment, instance, at: now(), script, child, output: "" };
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (chunk) => {
          mine.output += String(chunk);
        });
      sent.push(mine);
      return { Command: { CommandId: String(sent.length), Comment: comment } };
    }),
    on(ListCommandInvocationsCommand, ({ InstanceId, Filters = [], NextToken }) => {
      const since = Date.parse(Filters[0]?.value ?? "");
      const listed = stale.is ? [] : sent.filter(({ instance, at: sentAt }) => instance === InstanceId && sentAt >= since);
      const { page, next } = pageOf(listed, NextToken, 1);
      return { CommandInvocations: page.map(invocation), NextToken: next };
    }),
  );
  const autoscaling = faked(
    new AutoScalingClient({ region, credentials }),
    on(DescribeAutoScalingGroupsCommand, ({ AutoScalingGroupNames: names = [] }) => ({
      AutoScalingGroups: names.map((AutoScalingGroupName) => ({
        AutoScalingGroupName,
        MinSize: 0,
        MaxSize: 4,
        DesiredCapacity: 0,
        DefaultCooldown: 300,
        AvailabilityZones: [`${region}a`],
        HealthCheckType: "ELB",
        CreatedTime: new Date(0),
        Instances: (fleets[AutoScalingGroupName] ?? []).map((InstanceId) => ({
          InstanceId,
          AvailabilityZone: `${region}a`,
          LifecycleState: states.get(InstanceId) ?? "InService",
          HealthStatus: "Healthy",
          ProtectedFromScaleIn: false,
        })),
      })),
    })),
  );
  return {
    ssm,
    autoscaling,
    sent,
    stale,
    states,
    delayed,
    archive: readFileSync(at("bucket", "release.tar.gz")),
    /** How often a command had an effect, which it writes down itself. */
    effects: (name: string) => (existsSync(at(name)) ? readFileSync(at(name), "utf8").split("\n").length - 1 : 0),
    file: at,
    close: async () => {
      await Promise.all(sent.map(({ child }) => child.exitCode ?? new Promise((resolve) => child.once("close", resolve))));
      rmSync(root, { recursive: true });
    },
  };
}
