/** A place in a text that looks like a secret. The secret itself is never kept, only how it begins. */
export interface SecretFinding {
  readonly line: number;
  readonly rule: string;
  readonly masked: string;
}

interface SecretRule {
  readonly rule: string;
  /** Its last group is the secret. */
  readonly pattern: RegExp;
  /** Whether a match is one indeed, given the line and the two lines around it. */
  readonly holds?: (secret: string, around: string) => boolean;
}

const awsSecret = /(?<![\w/+=])[A-Za-z0-9/+]{40}(?![\w/+=])/g;

const rules: readonly SecretRule[] = [
  {
    rule: "aws-access-key",
    pattern: /\b((?:AKIA|ASIA)[A-Z2-7]{16})\b/g,
    holds: (_, around) => (around.match(awsSecret) ?? []).some(isRandom),
  },
  { rule: "aws-secret-key", pattern: /aws_?secret_?(?:access_?)?key["']?\s*[:=]\s*["']?([A-Za-z0-9/+]{40})(?![\w/+=])/gi, holds: isRandom },
  {
    rule: "private-key",
    pattern: /(-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----)/g,
    holds: (_, around) => /[A-Za-z0-9+/]{40}/.test(around),
  },
  { rule: "github-token", pattern: /\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{60,})\b/g, holds: isRandom },
  { rule: "gitlab-token", pattern: /\b(glpat-[\w-]{20,})/g, holds: isRandom },
  { rule: "slack-token", pattern: /\b(xox[abeoprs]-[A-Za-z0-9-]{20,})/g, holds: isRandom },
  { rule: "npm-token", pattern: /\b(npm_[A-Za-z0-9]{36})\b/g, holds: isRandom },
  { rule: "stripe-key", pattern: /\b([sr]k_live_[A-Za-z0-9]{20,})\b/g, holds: isRandom },
  { rule: "google-key", pattern: /\b(AIza[\w-]{35})(?![\w-])/g, holds: isRandom },
  { rule: "jwt", pattern: /\b(eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,})/g },
  {
    rule: "password",
    pattern: /(?:passw(?:or)?d|secret|token|api_?key)["']?\s*[:=]\s*["']([^"'\s]{12,})["']/gi,
    holds: isMadeUp,
  },
  { rule: "password-in-url", pattern: /\b[a-z][a-z\d+.-]*:\/\/[^\s:/@"']*:([^\s:/@"']{8,})@/gi, holds: isMadeUp },
];

/** A person's word that a line holds no secret. */
const allowed = /sluice: not a secret/;

/** Looks for secrets in one text. At most one finding a line and rule. */
export function findSecrets(text: string): SecretFinding[] {
  const lines = text.split("\n");
  return lines.flatMap((line, index) => {
    if (allowed.test(line)) return [];
    const around = lines.slice(Math.max(0, index - 2), index + 3).join("\n");
    return rules.flatMap(({ rule, pattern, holds }) => {
      const secret = [...line.matchAll(pattern)]
        .map((match) => match[1] ?? "")
        .find((found) => !isExample(found) && (!holds || holds(found, around)));
      return secret === undefined ? [] : [{ line: index + 1, rule, masked: `${secret.slice(0, 4)}…` }];
    });
  });
}

/** Whether something of this name is a secret by its name alone, however little its value looks like one. */
export const isSecretName = (name: string): boolean => /passw|passphrase|pwd|secret|token|credential|keys?$/i.test(name);

/** Whether a text is a password by the name that it stands under, be it as simple as passwords are. */
export const isPassword = (name: string, text: string): boolean =>
  /(?:passw(?:or)?d|passphrase|pwd)$/i.test(name) && text !== "" && !isExample(text);

/** Words and patterns that stand where a secret will be, and the ARN of one. */
function isExample(secret: string): boolean {
  return /^arn:|example|change.?me|placeholder|your|dummy|sample|xxxx|\*{3}|\.\.\.|\$\{|\{\{|<[^>]+>|process\.env|(.)\1{5}/i.test(secret);
}

/** A password of some strength: letters and digits without a pattern. */
function isMadeUp(text: string): boolean {
  return isRandom(text) && /\d/.test(text) && /[a-z]/i.test(text);
}

/** At least 3.3 bits a letter: words and simple patterns have less. */
function isRandom(text: string): boolean {
  const counts = new Map<string, number>();
  for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  const bits = [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
  return bits >= 3.3;
}
