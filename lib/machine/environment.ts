/** What every process of ours inherits. An allow-list: no AWS_* variable and no token of the person at the keyboard goes further. */
const everywhere = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "USER", "SHELL"];

/** How the network is reached. Not for apps: the address of a proxy may hold a password. */
const network = [
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "ALL_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "all_proxy",
  "no_proxy",
];

/** npm settings that say where packages come from. Tokens stay in the user's .npmrc, which npm finds by itself. */
const npm = ["registry", "userconfig", "globalconfig", "cache", "proxy", "https_proxy", "noproxy", "cafile"].map(
  (name) => `npm_config_${name}`,
);

/** How git finds the user's settings and is let into private repositories. Nothing that binds it to another repository. */
const git = [
  "XDG_CONFIG_HOME",
  "XDG_RUNTIME_DIR",
  "GNUPGHOME",
  "LOGNAME",
  "SSH_AUTH_SOCK",
  "SSH_AGENT_PID",
  "SSH_ASKPASS",
  "SSH_ASKPASS_REQUIRE",
  "DISPLAY",
  "WAYLAND_DISPLAY",
  "DBUS_SESSION_BUS_ADDRESS",
  "GIT_ASKPASS",
  "GIT_SSH",
  "GIT_SSH_COMMAND",
  "GIT_SSH_VARIANT",
  "GIT_CONFIG_GLOBAL",
  "GIT_CONFIG_SYSTEM",
  "GIT_CONFIG_NOSYSTEM",
  "GIT_HTTP_LOW_SPEED_LIMIT",
  "GIT_HTTP_LOW_SPEED_TIME",
];

/** Families of the same: certificates, settings given by variables, and what an editor's GIT_ASKPASS needs to ask. */
const gitFamilies = /^GIT_SSL_|^GIT_PROXY_SSL_|^GIT_CONFIG_(COUNT|KEY_\d+|VALUE_\d+)$|^VSCODE_GIT_/;

/** What an app, a user's check and our own background processes inherit. */
export function inheritedEnvironment(from: NodeJS.ProcessEnv = process.env): Record<string, string> {
  return kept(from, (name) => everywhere.includes(name));
}

/** What npm and the tools of a pipeline inherit besides: the way to the network and to the registry. */
export function toolEnvironment(from: NodeJS.ProcessEnv = process.env): Record<string, string> {
  return kept(from, (name) => [...everywhere, ...network].includes(name) || npm.includes(name.toLowerCase()));
}

/** What git inherits: the way to the network and into private repositories. It asks nobody, and speaks English. */
export function gitEnvironment(from: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const inherited = kept(from, (name) => [...everywhere, ...network, ...git].includes(name) || gitFamilies.test(name));
  return { ...inherited, GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" };
}

function kept(from: NodeJS.ProcessEnv, wanted: (name: string) => boolean): Record<string, string> {
  const all = Object.entries(from).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(all.filter(([name]) => wanted(name)));
}
