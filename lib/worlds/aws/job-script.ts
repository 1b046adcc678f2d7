import type { Order } from "../../ports/job.ts";

/** How the script ends beside what the command itself ends with; GNU timeout's own code for one that took too long. */
export const exits = { tooLong: 124, noRelease: 70, nobodyKnows: 71 } as const;

/** Where an instance keeps what it was told to run, and how that ended. */
export const jobsFolder = "/var/lib/sluice/jobs";

/**
 * The first that makes the order's folder runs it; whoever comes later waits for that one and ends as it did. The command gets what the app
 * gets: its user, its variables and where the database is (lib/plan/blocks/start-script.ts).
 */
const body = `decode() { printf %s "$1" | base64 -d; }
mkdir -p "${jobsFolder}"
if ! mkdir "$folder" 2> /dev/null; then
  waited=0
  until [ -s "$folder/exit" ]; do
    [ "$waited" -lt "$((within + 60))" ] || exit ${exits.nobodyKnows}
    waited=$((waited + 1))
    sleep 1
  done
  exit "$(cat "$folder/exit")"
fi
end() {
  rm -rf "$folder/app" "$folder/release.tar.gz"
  echo "$1" > "$folder/exit.new"
  mv "$folder/exit.new" "$folder/exit"
  exit "$1"
}
mkdir "$folder/app"
aws s3 cp --quiet "$(decode "$release")" "$folder/release.tar.gz" || end ${exits.noRelease}
echo "$digest  $folder/release.tar.gz" | sha256sum --check --quiet - || end ${exits.noRelease}
tar -xzf "$folder/release.tar.gz" -C "$folder/app" --no-same-owner || end ${exits.noRelease}
systemd-run --quiet --wait --pipe --collect --uid=nobody --working-directory="$folder/app" \\
  --property=EnvironmentFile=/etc/sluice/app.env --property=EnvironmentFile=-/run/app/database.env \\
  timeout --kill-after=10 "$within" /bin/sh -c "$(decode "$command")"
end $?
`;

/**
 * What Run Command is given. It takes text alone, in which it fills in its own parameters too, so that every value goes in as hexadecimal,
 * as base64 or as a number, and comes out on the instance as it was.
 */
export function scriptOf({ id, artifact, command, within }: Order): string {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  return [
    `folder=${jobsFolder}/${Buffer.from(id).toString("hex")}`,
    `release=${base64(artifact.file)}`,
    `digest=${artifact.digest}`,
    `command=${base64(command)}`,
    `within=${Math.ceil(within / 1000)}`,
    body,
  ].join("\n");
}
