import { Skeleton } from "../_ui/skeleton.tsx";

/** A page before anybody knows who is looking at it. */
export const PageSkeleton = () => (
  <div role="status" aria-label="Loading" className="space-y-6">
    <Skeleton className="h-8 w-40" />
    <div className="grid grid-cols-2 gap-4 lg:grid-cols-4">
      {["spend", "month", "calls", "errors"].map((tile) => (
        <Skeleton key={tile} className="h-26 rounded-xl" />
      ))}
    </div>
    <Skeleton className="h-72 rounded-xl" />
  </div>
);
