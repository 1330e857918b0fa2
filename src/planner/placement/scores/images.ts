import { MAX_SCORE, type Score } from './score.ts';

/** The share of the replica's images that are on the host already: less to pull, sooner ready. */
export const imagesPresent: Score = {
  name: 'images',
  weight: 1,
  applies: (cls) => cls.demand.images.length > 0,
  rate: (cls, hosts, _state, out) => {
    const wanted = cls.demand.images;
    hosts.forEach(({ host }, i) => {
      const present = wanted.filter((image) => host.images.includes(image)).length;
      out[i] = Math.trunc((MAX_SCORE * present) / wanted.length);
    });
  },
};
