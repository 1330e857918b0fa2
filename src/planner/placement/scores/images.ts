import { perClass } from '../per-class.ts';
import { MAX_SCORE, type Score } from './score.ts';

/** Percent of the class's images on each host, by its index. */
export const presentShare = perClass((cls, state) => {
  const wanted = cls.demand.images;
  if (wanted.length === 0) return new Float64Array(state.hosts.length);
  return Float64Array.from(state.hosts, ({ images }) => {
    const present = wanted.filter((image) => images.has(image)).length;
    return Math.trunc((MAX_SCORE * present) / wanted.length);
  });
});

/** The share of the replica's images that are on the host already: less to pull, sooner ready. */
export const imagesPresent: Score = {
  name: 'images',
  weight: 1,
  applies: (cls) => cls.demand.images.length > 0,
  scope: 'fixed',
  rate: (cls, hosts, state, out) => {
    const shares = presentShare(cls, state);
    for (let i = 0; i < hosts.length; i++) out[i] = shares[hosts[i]?.index ?? -1] ?? 0;
  },
};
