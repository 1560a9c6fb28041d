/** What two axes say of an event: its step, and its timestamp in whole microseconds since 1970. NaN: it has none. */
export type Axis = (typeof AXES)[number];
export const AXES = ['step', 'time'] as const;
