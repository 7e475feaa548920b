import type { VendorKey } from "../_data/answers.ts";
import { Badge, type Tone } from "../_ui/badge.tsx";
import { TimeAgo } from "../_ui/time.tsx";

type Test = NonNullable<VendorKey["lastTest"]>;

const words: Readonly<Record<Test["outcome"], readonly [Tone, string]>> = {
  works: ["good", "works"],
  refused: ["bad", "refused by the vendor"],
  unreachable: ["warn", "cannot be reached"],
  unclear: ["warn", "test was unclear"],
  untestable: ["plain", "no free way to test"],
};

/** What the last test has shown, in a word. */
export const TestBadge = ({ test }: { readonly test: Test | null }) => {
  if (test === null) return null;
  const [tone, word] = words[test.outcome];
  return (
    <Badge tone={tone} title={test.message}>
      {word}
    </Badge>
  );
};

/** The same in a sentence, with its time. */
export const TestSentence = ({ test }: { readonly test: Test | null }) =>
  test === null ? null : (
    <>
      {test.message} Tested <TimeAgo at={test.at} />.
    </>
  );
