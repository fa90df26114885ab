-- What decides whether articles are of one event. `just fit-events --write` finds the weights again in articles with
-- labelled events, and writes them here (docs/benchmarks/events.md).
CREATE OR REPLACE MACRO core.event_weights() AS {
  headline: 5, -- how often a word of the headline counts, beside one of the first lines
  opening: 2000, -- letters of the text that count
  same_site: 0.8, -- what the likeness of two pages of one site is multiplied with
  other_speaker: 0.8, -- likewise of two of which one has a speaker in its headline whom the other does not quote
  same_event: 0.33, -- mean likeness from which two groups are one event
  same_story: 0.2, -- likewise, from which two events are linked; not fitted
  longest: INTERVAL 3 DAYS -- from the first report of an event to the last; the days that are compared go with it
};
