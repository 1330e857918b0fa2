/** Processor time of whole trees of processes, which stays comparable while others use the machine. */
import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** All processes: parent, and the time that it and those of its children took that have ended. */
function processes() {
  const found = new Map();
  for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const text = readFileSync(`/proc/${id}/stat`, 'utf8');
      const fields = text
        .slice(text.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
      const [user, system, childUser, childSystem] = fields.slice(11, 15);
      found.set(Number(id), {
        parent: fields[1],
        seconds: (user + system + childUser + childSystem) / TICKS_PER_SECOND,
      });
    } catch {
      // It has ended meanwhile; its parent has its time.
    }
  }
  return found;
}

/** Seconds that a process and all below it have used so far. */
export function cpuOf(root) {
  const all = processes();
  const isBelow = (id) => id === root || (all.has(id) && isBelow(all.get(id).parent));
  let seconds = 0;
  for (const [id, one] of all) if (isBelow(id)) seconds += one.seconds;
  return seconds;
}
