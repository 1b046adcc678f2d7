/** What a pipeline packed: one file, addressed by its content, that is run as it is. */
export interface Artifact {
  /** SHA-256 of the packed file, in hexadecimal. */
  readonly digest: string;
  /** What people call this version: a revision, a folder, an npm version. */
  readonly version: string;
  /** Where the packed file (a tar) is. */
  readonly file: string;
  /** The command that runs it in the unpacked folder; goes to `/bin/sh -c` unchanged. */
  readonly start: string;
  /** A program and its arguments put before the start command, such as a profiler. */
  readonly through?: readonly string[];
}
