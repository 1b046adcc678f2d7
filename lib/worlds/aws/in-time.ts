/** How long a client of AWS waits, and how often it asks. */
interface Limits {
  /** From the request to the first bytes of its answer, and between any two bytes. */
  readonly answer: number;
  /** Where it is not the SDK's own choice, which people may make too. */
  readonly maxAttempts?: number;
}

/**
 * What AWS answers at all it answers in seconds. A peer that takes connections and says nothing would be waited for without end, which is the
 * SDK's own default (AWS SDK for JavaScript Developer Guide, "Configuring timeouts").
 */
const usual: Limits = { answer: 20_000 };

/** For what is not worth waiting for. */
export const impatiently: Limits = { answer: 3_000, maxAttempts: 2 };

/** What every client of AWS's SDK is made with. A request over its time is an error of its own, as a throttled one is. */
export const inTime = (region: string, { answer, ...attempts } = usual) => ({
  region,
  ...attempts,
  // Handed on to what looks for credentials: a process that reads their files once would not see those that a person gets meanwhile.
  ignoreCache: true,
  requestHandler: {
    // A region that is lost takes no connection, and whoever asks is to hear of it in seconds.
    connectionTimeout: 3_000,
    requestTimeout: answer,
    socketTimeout: answer,
    throwOnRequestTimeout: true,
  },
});
