import { userInfo } from "node:os";

/** The name of whoever runs this process. In a container the user id may have none. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}
