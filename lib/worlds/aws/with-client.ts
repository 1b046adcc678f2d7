/** Works with a client for a moment, then lets go of its connections, which would keep the process alive. */
export async function withClient<C extends { destroy(): void }, T>(client: C, work: (client: C) => Promise<T>): Promise<T> {
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}
