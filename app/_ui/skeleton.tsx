import { classNames } from "./class-names.ts";

/** The place of something that is still loading. */
export const Skeleton = ({ className }: { readonly className?: string }) => (
  <span aria-hidden="true" className={classNames("block animate-shimmer rounded-md bg-raised", className)} />
);

/** Rows of a list that is still loading. */
export const SkeletonRows = ({ rows, label }: { readonly rows: number; readonly label: string }) => (
  <output aria-label={label} className="block space-y-3 px-5 py-4">
    {Array.from({ length: rows }, (_, row) => (
      <span key={row} className="flex items-center gap-4">
        <Skeleton className="h-4 w-24" />
        <Skeleton className="h-4 grow" />
        <Skeleton className="h-4 w-16" />
      </span>
    ))}
  </output>
);
