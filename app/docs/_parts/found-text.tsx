interface Part {
  readonly key: string;
  readonly text: string;
  readonly isMatch: boolean;
}

/** What was looked for, within what was found. */
const partsOf = (content: string): readonly Part[] =>
  content.split(/<\/?mark>/).map((text, at) => ({ key: `${at} ${text}`, text, isMatch: at % 2 === 1 }));

/** A place that was found: what matched stands between `<mark>` and `</mark>`. */
export const FoundText = ({ content }: { readonly content: string }) =>
  partsOf(content).map(({ key, text, isMatch }) =>
    isMatch ? (
      <mark key={key} className="bg-transparent font-semibold text-accent-strong">
        {text}
      </mark>
    ) : (
      text
    ),
  );
