import { useId, type ComponentProps } from "react";
import { classNames } from "./class-names.ts";

const box =
  "w-full min-h-10 rounded-lg border border-line-strong bg-surface px-3 py-1.5 text-ink placeholder:text-muted focus-visible:outline-offset-0";

/** A labelled text box. */
export const TextField = ({ label, className, ...rest }: ComponentProps<"input"> & { readonly label: string }) => {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block text-sm font-medium text-muted">
        {label}
      </label>
      <input id={id} className={box} {...rest} />
    </div>
  );
};

/** A labelled choice among a few. */
export const SelectField = ({
  label,
  className,
  children,
  ...rest
}: ComponentProps<"select"> & { readonly label: string }) => {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block text-sm font-medium text-muted">
        {label}
      </label>
      <select id={id} className={classNames(box, "pr-2")} {...rest}>
        {children}
      </select>
    </div>
  );
};
