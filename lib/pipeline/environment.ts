import path from "node:path";

const inherited = [
  "PATH",
  "HOME",
  "LANG",
  "LC_ALL",
  "TZ",
  "TMPDIR",
  "USER",
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_FILE",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
];

/** npm settings that say where packages come from. Tokens stay in the user's .npmrc, which npm finds by itself. */
const npmSettings = ["registry", "userconfig", "globalconfig", "cache", "proxy", "https_proxy", "noproxy", "cafile"];

/** What our own tools inherit: an allow-list, so that no AWS_* variable and no token of the person at the keyboard goes further. */
export function toolEnvironment(from: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const kept: Record<string, string> = {};
  const npm = new Set(npmSettings.map((name) => `npm_config_${name}`));
  for (const [name, value] of Object.entries(from))
    if (value !== undefined && (inherited.includes(name) || npm.has(name.toLowerCase()))) kept[name] = value;
  return kept;
}

/** What a stage's commands inherit: the same, with the checkout's own commands first on the PATH, as under `npm run`. */
export function stageEnvironment(folder: string, from: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const kept = toolEnvironment(from);
  const searched = [path.join(folder, "node_modules", ".bin"), kept.PATH ?? "/usr/local/bin:/usr/bin:/bin"].join(path.delimiter);
  return { ...kept, PATH: searched, CI: "true" };
}
