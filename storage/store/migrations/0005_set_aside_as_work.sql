-- What was set aside is work for a person: 'sent_again' or 'dismissed' once somebody dealt with it.
-- Such a row stays, so that it can be looked up and taken up again.
ALTER TABLE set_aside ADD COLUMN settled TEXT;
ALTER TABLE set_aside ADD COLUMN settled_ms INTEGER;
