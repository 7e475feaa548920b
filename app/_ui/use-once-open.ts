import { useState } from "react";

/** Whether something was ever open: what it needs is loaded then, and stays. */
export const useOnceOpen = (open: boolean): boolean => {
  const [once, setOnce] = useState(open);
  if (open && !once) setOnce(true);
  return open || once;
};
