import type { Value } from "../../aws/value.ts";
import { base64, sub } from "../template.ts";

interface StartNeeds {
  readonly packages: readonly string[];
  /** The team's own command, run as it is by a shell. */
  readonly start: string;
  readonly port: number;
  /** Plain variables of the app. */
  readonly env: Readonly<Record<string, string>>;
  /** What only AWS knows, by variable. */
  readonly values: Readonly<Record<string, Value<string>>>;
  readonly logGroup: Value<string>;
}

/**
 * Fetches the release that the slot's parameter names and says where the database is; systemd runs it before each start of the app, so that
 * a restart is all that a moved database needs. It sees our values as variables only.
 */
const fetchRelease = `#!/bin/sh
set -eu
value() { aws ssm get-parameter --name "$1" --query Parameter.Value --output text; }
release=$(value "$RELEASE_PARAMETER")
rm -rf /srv/app && mkdir -p /srv/app
aws s3 cp "$release" /run/app/release.tar.gz
tar -xzf /run/app/release.tar.gz -C /srv/app --no-same-owner
if [ -n "$DATABASE_PARAMETER" ]; then printf 'DATABASE_ADDRESS=%s\\n' "$(value "$DATABASE_PARAMETER")" > /run/app/database.env; fi
`;

const unit = (user: string) => `[Unit]
After=network-online.target
Wants=network-online.target
[Service]
User=${user}
RuntimeDirectory=app
RuntimeDirectoryPreserve=restart
WorkingDirectory=-/srv/app
EnvironmentFile=/etc/sluice/app.env
EnvironmentFile=-/run/app/database.env
ExecStartPre=+/opt/sluice/fetch-release
ExecStart=/bin/sh /opt/sluice/start
StandardOutput=append:/var/log/app.log
StandardError=inherit
Restart=always
RestartSec=5
[Install]
WantedBy=multi-user.target
`;

/**
 * What an instance does when it starts, as cloud-init reads it: JSON is YAML, commands are lists of words, and no value passes through a
 * shell (cloud-init documentation, "Cloud config examples": write_files, runcmd).
 */
export function startScript({ packages, start, port, env, values, logGroup }: StartNeeds): Value<string> {
  const variables = [
    ...Object.entries({ ...env, PORT: String(port) }).map(([name, value]) => `${name}="${quoted(value)}"`),
    ...Object.keys(values).map((name) => `${name}="\${${name}}"`),
  ];
  const agent = {
    logs: {
      logs_collected: {
        files: { collect_list: [{ file_path: "/var/log/app.log", log_group_name: "@LOG_GROUP@", log_stream_name: "{instance_id}" }] },
      },
    },
    metrics: { append_dimensions: { AutoScalingGroupName: "@GROUP@" }, metrics_collected: { mem: { measurement: ["mem_used_percent"] } } },
  };
  const file = (path: string, content: string, permissions = "0644") => ({ path, permissions, content });
  const agentFile = "/opt/aws/amazon-cloudwatch-agent/etc/sluice.json";
  const config = {
    packages: ["amazon-cloudwatch-agent", ...packages],
    write_files: [
      file("/opt/sluice/fetch-release", literal(fetchRelease), "0755"),
      file("/opt/sluice/start", literal(`exec ${start}\n`)),
      file("/etc/sluice/app.env", `${variables.join("\n")}\n`),
      file("/etc/systemd/system/app.service", literal(unit("nobody"))),
      file(
        agentFile,
        literal(JSON.stringify(agent)).replace("@LOG_GROUP@", "${LogGroup}").replace("@GROUP@", "$${!aws:AutoScalingGroupName}"),
      ),
    ],
    runcmd: [
      [
        "/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl",
        "-a",
        "fetch-config",
        "-m",
        "ec2",
        "-s",
        "-c",
        `file:${agentFile}`,
      ],
      ["systemctl", "daemon-reload"],
      ["systemctl", "enable", "--now", "app.service"],
    ],
  };
  return base64(sub(`#cloud-config\n${JSON.stringify(config)}`, { ...values, LogGroup: logGroup }));
}

/** A text in which `Fn::Sub` finds nothing to fill in. */
const literal = (text: string): string => text.replaceAll("${", "${!");

/** systemd.exec, "EnvironmentFile": within double quotes a backslash keeps the next of these characters. */
const quoted = (text: string): string => literal(text.replaceAll(/["\\$`]/g, "\\$&"));
