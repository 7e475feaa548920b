import { CopyButton } from "./copy-button.tsx";

interface CodeExampleProps {
  /** What it is of: a language, or a file. */
  readonly name: string;
  readonly code: string;
}

/** Something to be copied, under its name. */
export const CodeExample = ({ name, code }: CodeExampleProps) => (
  <figure className="min-w-0 overflow-hidden rounded-lg border border-line">
    <figcaption className="flex items-center justify-between gap-3 border-b border-line bg-raised py-1 pr-1.5 pl-4 text-sm font-medium text-muted">
      {name}
      <CopyButton text={code} label={`Copy ${name}`} />
    </figcaption>
    <pre className="p-4 font-mono text-[0.8125rem] leading-relaxed wrap-anywhere whitespace-pre-wrap">
      <code>{code.trimEnd()}</code>
    </pre>
  </figure>
);
