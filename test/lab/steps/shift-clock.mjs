/**
 * Loaded before a program (NODE_OPTIONS=--import), sets the clock of that program alone: CLOCK_SHIFT_MS milliseconds
 * ahead of the machine's. Time that passes is measured as ever.
 */
const shiftMs = Number(process.env.CLOCK_SHIFT_MS ?? 0);
const RealDate = Date;

globalThis.Date = class ShiftedDate extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + shiftMs);
    else super(...args);
  }

  static now() {
    return RealDate.now() + shiftMs;
  }
};
