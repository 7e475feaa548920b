import type { ComponentProps } from "react";
import { classNames } from "./class-names.ts";

const looks = {
  primary: "bg-accent text-accent-ink hover:bg-accent-strong",
  secondary: "border border-line bg-surface text-ink shadow-card hover:bg-raised",
  quiet: "text-muted hover:bg-raised hover:text-ink",
} as const;

interface ButtonProps extends ComponentProps<"button"> {
  readonly look?: keyof typeof looks;
}

export const Button = ({ look = "secondary", className, type = "button", ...rest }: ButtonProps) => (
  <button
    type={type}
    className={classNames(
      "inline-flex min-h-9 items-center justify-center gap-2 rounded-lg px-3.5 py-1.5 font-medium transition-colors disabled:pointer-events-none disabled:opacity-50",
      looks[look],
      className,
    )}
    {...rest}
  />
);
