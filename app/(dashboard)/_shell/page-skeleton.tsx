import { Skeleton } from "../../_ui/skeleton.tsx";

/** A page before anybody knows who is looking at it. */
export const PageSkeleton = () => (
  <output aria-label="Loading" className="block space-y-6">
    <Skeleton className="h-8 w-40" />
    <span className="grid grid-cols-2 gap-4 lg:grid-cols-4">
      {["spend", "month", "calls", "errors"].map((tile) => (
        <Skeleton key={tile} className="h-26 rounded-xl" />
      ))}
    </span>
    <Skeleton className="h-72 rounded-xl" />
  </output>
);
