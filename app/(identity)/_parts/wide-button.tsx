import type { ComponentProps, ReactNode } from "react";
import { Button } from "../../_ui/button.tsx";

interface WideButtonProps extends Omit<ComponentProps<typeof Button>, "className"> {
  readonly busy?: boolean;
  /** Said while busy. */
  readonly doing?: string;
  readonly children: ReactNode;
}

/** A button as wide as its form. */
export const WideButton = ({ busy = false, disabled = false, doing, children, ...rest }: WideButtonProps) => (
  <Button className="min-h-10 w-full" disabled={busy || disabled} {...rest}>
    {busy && doing !== undefined ? doing : children}
  </Button>
);

/** The same look for a plain link: out of this page's tree, or to a page that must be read anew. */
export const WideLink = ({
  href,
  primary = false,
  children,
}: {
  readonly href: string;
  readonly primary?: boolean;
  readonly children: ReactNode;
}) => (
  <a
    href={href}
    className={`inline-flex min-h-10 w-full items-center justify-center gap-2 rounded-lg px-3.5 py-1.5 font-medium transition-colors ${
      primary
        ? "bg-accent text-accent-ink hover:bg-accent-strong"
        : "border border-line bg-surface text-ink shadow-card hover:bg-raised"
    }`}
  >
    {children}
  </a>
);
