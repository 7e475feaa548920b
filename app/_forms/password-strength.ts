/** How a password looks to someone who guesses: length and variety of its characters, not classes of them. */
export interface PasswordStrength {
  readonly percent: number;
  readonly tone: "accent" | "warn" | "bad";
  readonly words: string;
}

export const passwordLimits = { min: 8, max: 256 } as const;

const sequences = ["abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "01234567890"];

/** Characters that follow their neighbour in an obvious order add nothing. */
const surprises = (characters: readonly string[]): number =>
  characters.filter((character, index) => {
    const pair = `${characters[index - 1] ?? ""}${character}`;
    if (index === 0) return true;
    return character !== characters[index - 1] && !sequences.some((sequence) => sequence.includes(pair));
  }).length;

export const passwordStrength = (password: string): PasswordStrength => {
  const characters = [...password.toLowerCase()];
  const { length } = [...password];
  if (length === 0) return { percent: 0, tone: "bad", words: "" };
  if (length > passwordLimits.max)
    return { percent: 100, tone: "bad", words: `Too long: at most ${passwordLimits.max} characters` };
  if (length < passwordLimits.min)
    return { percent: 10, tone: "bad", words: `${passwordLimits.min - length} more to go` };
  const worth = Math.min(surprises(characters), new Set(characters).size * 2);
  if (worth < passwordLimits.min) return { percent: 25, tone: "bad", words: "Easy to guess" };
  if (worth < 12) return { percent: 50, tone: "warn", words: "Fair; longer is better" };
  if (worth < 16) return { percent: 75, tone: "accent", words: "Good" };
  return { percent: 100, tone: "accent", words: "Strong" };
};
