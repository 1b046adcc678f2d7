/** One version of an app, before anything ran. */
export interface Source {
  /** Short, for people: a revision, a folder's name, `package@version`. */
  readonly version: string;
  /** Where it comes from, at more length. */
  readonly from: string;
  readonly kind: "commit" | "working-tree" | "folder" | "npm";
  /** Stands for the content: git's tree hash, a hash over the files, or npm's integrity. */
  readonly digest: string;
  /** What CODEBUILD_RESOLVED_SOURCE_VERSION says: the commit, else the digest. */
  readonly revision: string;
  /** What the user should know about this version, such as submodules that are left out. */
  readonly notes: readonly string[];
  /** Writes the version into an empty folder, which may be missing. Changes nothing where it comes from. An abort ends it with the signal's reason. */
  checkout(into: string, signal?: AbortSignal): Promise<void>;
}
