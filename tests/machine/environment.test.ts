import { expect, test } from "vitest";
import { gitEnvironment, inheritedEnvironment, toolEnvironment } from "../../lib/machine/environment.ts";

const keyboard = {
  PATH: "/bin",
  HOME: "/home/me",
  LC_ALL: "de_DE.UTF-8",
  https_proxy: "http://name:password@proxy:3128",
  npm_config_registry: "https://registry.example.com",
  NPM_TOKEN: "secret",
  GITHUB_TOKEN: "secret",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_PROFILE: "production",
  NODE_OPTIONS: "--inspect",
  SSH_AUTH_SOCK: "/run/agent",
  GIT_ASKPASS: "/bin/ask",
  GIT_SSH_COMMAND: "ssh -i key",
  GIT_SSL_CAINFO: "/etc/ca.pem",
  GIT_CONFIG_COUNT: "1",
  GIT_CONFIG_KEY_0: "safe.directory",
  GIT_CONFIG_VALUE_0: "*",
  GIT_DIR: "/elsewhere/.git",
  GIT_INDEX_FILE: "/elsewhere/index",
  GIT_CONFIG_PARAMETERS: "'core.bare=true'",
  GIT_TERMINAL_PROMPT: "1",
};

test("C21 an app inherits no way to the network and no secret", () => {
  expect(inheritedEnvironment(keyboard)).toEqual({ PATH: "/bin", HOME: "/home/me", LC_ALL: "de_DE.UTF-8" });
});

test("C21 a tool also inherits proxies and where packages come from", () => {
  const { PATH, HOME, LC_ALL, https_proxy, npm_config_registry } = keyboard;
  expect(toolEnvironment(keyboard)).toEqual({ PATH, HOME, LC_ALL, https_proxy, npm_config_registry });
});

test("git inherits what lets it into private repositories, asks nobody, and is bound to no other repository", () => {
  const { PATH, HOME, https_proxy, SSH_AUTH_SOCK, GIT_ASKPASS, GIT_SSH_COMMAND, GIT_SSL_CAINFO } = keyboard;
  expect(gitEnvironment(keyboard)).toEqual({
    ...{ PATH, HOME, https_proxy, SSH_AUTH_SOCK, GIT_ASKPASS, GIT_SSH_COMMAND, GIT_SSL_CAINFO },
    ...{ GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "safe.directory", GIT_CONFIG_VALUE_0: "*" },
    ...{ LC_ALL: "C", GIT_TERMINAL_PROMPT: "0" },
  });
});
