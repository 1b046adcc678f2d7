import http from "node:http";
import type { HealthSettings } from "./state.ts";

/** What a health check saw. */
export type Answer = { readonly is: "status"; readonly status: number } | { readonly is: "timeout" } | { readonly is: "no-connection" };

/** As a target group would with the matcher 200-399 (ELB API reference, Matcher). */
export const isHealthy = (answer: Answer): boolean => answer.is === "status" && answer.status >= 200 && answer.status < 400;

/** Until an app is up it is asked often, so that starting it takes no longer than it must. */
const eagerly = 50;

function ask(host: string, port: number, settings: HealthSettings): Promise<Answer> {
  return new Promise((resolve) => {
    const request = http.get({ host, port, path: settings.path, agent: false, headers: { "user-agent": "sluice-health" } }, (response) => {
      response.resume();
      clearTimeout(timer);
      resolve({ is: "status", status: response.statusCode ?? 0 });
    });
    const timer = setTimeout(() => {
      resolve({ is: "timeout" });
      request.destroy();
    }, settings.timeout);
    request.on("error", () => {
      clearTimeout(timer);
      resolve({ is: "no-connection" });
    });
  });
}

/** Apps that listen on "localhost" are at one of these, not always at the first. */
const hosts = ["127.0.0.1", "::1"] as const;

async function askAnywhere(port: number, settings: HealthSettings): Promise<{ answer: Answer; host: string }> {
  for (const host of hosts) {
    const answer = await ask(host, port, settings);
    if (answer.is !== "no-connection") return { answer, host };
  }
  return { answer: { is: "no-connection" }, host: hosts[0] };
}

/** Asks again and again until the returned function is called. `tell` hears every answer, and from which host it came. */
export function watchHealth(port: number, settings: HealthSettings, tell: (answer: Answer, host: string) => void): () => void {
  let stopped = false;
  let wasUp = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    const { answer, host } = await askAnywhere(port, settings);
    if (stopped) return;
    wasUp ||= isHealthy(answer);
    tell(answer, host);
    timer = setTimeout(look, wasUp ? settings.every : Math.min(eagerly, settings.every));
  };
  void look();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
