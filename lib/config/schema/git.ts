import { text } from "../values.ts";

const repositoryFix = 'write owner and repository as GitHub shows them, such as "acme/shop"';

/** Owner and name of a repository on GitHub, whose names do not end as the URL of a clone does. */
export const repositoryName = text(repositoryFix).regex(/^[\w.-]+\/(?!.*\.git$)[\w.-]+$/, repositoryFix);

const branchFix = 'write the name of one branch, such as "main" or "release/2", without refs/heads/ and without patterns';

/** The name of a branch (Git documentation, "git-check-ref-format"), as CodePipeline, EventBridge and GitHub take it: short, and no pattern. */
export const branchName = text(branchFix)
  .max(255, branchFix)
  .regex(/^(?!refs\/|[-/.])(?!.*(\.\.|\/\/|@\{|\.lock$|[/.]$))[^\s~^:?*[\\]+$/, branchFix);
