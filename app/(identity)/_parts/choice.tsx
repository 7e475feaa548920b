import { Check, ChevronRight } from "lucide-react";

const row =
  "flex w-full items-center gap-3 rounded-lg border border-line px-3.5 py-2.5 text-left transition-colors hover:bg-raised disabled:pointer-events-none disabled:opacity-60";

interface ChoiceProps {
  readonly title: string;
  readonly detail: string | undefined;
}

const Words = ({ title, detail }: ChoiceProps) => (
  <span className="min-w-0 grow">
    <span className="block truncate font-medium">{title}</span>
    {detail !== undefined && <span className="block truncate text-sm text-muted">{detail}</span>}
  </span>
);

interface ChoiceButtonProps extends ChoiceProps {
  readonly chosen: boolean;
  readonly disabled: boolean;
  readonly onChoose: () => void;
}

/** One of a few that can be taken. */
export const ChoiceButton = ({ chosen, disabled, onChoose, ...words }: ChoiceButtonProps) => (
  <button type="button" disabled={disabled} onClick={onChoose} className={row}>
    <Words {...words} />
    {chosen ? (
      <>
        <span className="sr-only">(chosen now)</span>
        <Check className="size-5 shrink-0 text-accent" />
      </>
    ) : (
      <ChevronRight className="size-4 shrink-0 text-muted" />
    )}
  </button>
);

/** One of a few places to go to. */
export const ChoiceLink = ({ href, ...words }: ChoiceProps & { readonly href: string }) => (
  <a href={href} className={row}>
    <Words {...words} />
    <ChevronRight className="size-4 shrink-0 text-muted" />
  </a>
);
