/** Our balancer alone in a process: blue and green on the ports in its arguments. Answers `cpu`, and shifts to the weight it is sent. */
import { weight } from "../../lib/base/outcome.ts";
import { startBalancer } from "../../lib/worlds/local/plane/balancer.ts";

const ports = { router: 0, blue: 0, green: 0, "known-bad": 0 };
const balancer = await startBalancer(ports, { blue: weight(100), green: weight(0) }, () => undefined);
const [blue, green] = process.argv.slice(2).map(Number);
balancer.add("blue", "127.0.0.1", blue ?? 0).healthy = true;
balancer.add("green", "127.0.0.1", green ?? 0).healthy = true;
balancer.open();
process.on("message", (told: { give?: number }) => {
  if (told.give !== undefined) balancer.give("green", weight(told.give));
  process.send?.({ cpu: process.cpuUsage() });
});
process.once("disconnect", () => process.exit(0));
process.send?.({ port: balancer.ports.router });
