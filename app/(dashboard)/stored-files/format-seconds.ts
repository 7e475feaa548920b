const two = (count: number): string => count.toString().padStart(2, "0");

/** How long something plays, as players show it: `4:05`, `1:30:00`. */
export const formatSeconds = (seconds: number): string => {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60];
  return hours === 0 ? `${minutes}:${two(whole % 60)}` : `${hours}:${two(minutes)}:${two(whole % 60)}`;
};
