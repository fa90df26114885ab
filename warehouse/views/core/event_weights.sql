-- What decides whether articles are of one event. `just fit-events --write` finds the weights again in articles with
-- labelled events, and writes them here (docs/benchmarks/events.md).
CREATE OR REPLACE MACRO core.event_weights() AS {
  headline: 3, -- how often a word of the headline counts, beside one of the first lines
  same_site: 0.8, -- what the likeness of two pages of one site is multiplied with
  same_event: 0.29, -- mean likeness from which two groups are one event
  longest: INTERVAL 3 DAYS -- from the first report of an event to the last; the days that are compared go with it
};
