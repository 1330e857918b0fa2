import History from '../history.ts';

/** The same list under the topic's name. */
export default class RolloutHistory extends History {}
