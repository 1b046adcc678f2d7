/** The environment of a rehearsal, which commands mean that name none. */
export const rehearsalEnvironment = "rehearsal";

/** A command that takes an environment, as it is typed for this one. */
export const commandOn = (command: string, environment: string): string =>
  environment === rehearsalEnvironment ? command : command.replace(/^sluice (\S+)/, `sluice $1 ${environment}`);

/** A word that the shell takes as one. */
export function shellWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A command of these words, as it is typed into a POSIX shell. */
export const commandLine = (...words: readonly string[]): string => words.map(shellWord).join(" ");
