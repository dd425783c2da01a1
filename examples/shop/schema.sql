-- The database of a web shop, as its makers left it. Nobody asked holdord. SQLite and PostgreSQL both take this text.
--
-- It is a usual one: clocks are dates, moments, seconds, milliseconds and text, "not yet" is NULL, 0 or '', deleting is
-- a flag, a household shares an address, and the table of changes refers to customers without telling the database.

CREATE TABLE addresses (
    id INTEGER PRIMARY KEY,
    street TEXT NOT NULL,
    postcode TEXT NOT NULL,
    city TEXT NOT NULL
);

CREATE TABLE staff (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    phone TEXT,
    hired_on DATE NOT NULL,
    left_on DATE
);

CREATE TABLE customers (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE CHECK (email LIKE '%@%'),
    phone TEXT,
    birthday DATE,
    password_hash TEXT NOT NULL,
    address_id INTEGER REFERENCES addresses (id),
    created_at TIMESTAMP NOT NULL,                              -- in Oslo
    last_login BIGINT NOT NULL DEFAULT 0,                       -- milliseconds since 1970
    deleted INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1)),
    deleted_at TEXT NOT NULL DEFAULT ''                         -- 2026-03-01T12:00:00, in Oslo
);
CREATE INDEX customers_address ON customers (address_id);

CREATE TABLE customer_history (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL,
    changed_at TEXT NOT NULL,                                   -- 2026-03-01T11:00:00Z
    field TEXT NOT NULL,
    old_value TEXT,
    new_value TEXT
);
CREATE INDEX customer_history_customer ON customer_history (customer_id);

CREATE TABLE products (
    sku VARCHAR(20) PRIMARY KEY,
    title TEXT NOT NULL,
    price NUMERIC(10, 2) NOT NULL
);

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    delivery_address_id INTEGER NOT NULL REFERENCES addresses (id),
    status VARCHAR(20) NOT NULL CHECK (status IN ('new', 'packed', 'sent', 'delivered', 'returned', 'cancelled')),
    ordered_on TEXT NOT NULL,                                   -- 2026-03-01
    delivered_on TEXT NOT NULL DEFAULT '',
    total NUMERIC(10, 2) NOT NULL,
    greeting TEXT
);
CREATE INDEX orders_customer ON orders (customer_id);
CREATE INDEX orders_delivery_address ON orders (delivery_address_id);

CREATE TABLE order_lines (
    order_id INTEGER NOT NULL REFERENCES orders (id),
    line_no INTEGER NOT NULL,
    sku VARCHAR(20) NOT NULL REFERENCES products (sku),
    quantity INTEGER NOT NULL,
    price NUMERIC(10, 2) NOT NULL,
    engraving TEXT,
    PRIMARY KEY (order_id, line_no)
);
CREATE INDEX order_lines_sku ON order_lines (sku);

CREATE TABLE payments (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    method VARCHAR(20) NOT NULL CHECK (method IN ('card', 'transfer', 'bill')),
    amount NUMERIC(10, 2) NOT NULL,
    account TEXT,
    paid_at INTEGER NOT NULL DEFAULT 0                          -- seconds since 1970
);
CREATE INDEX payments_order ON payments (order_id);

CREATE TABLE tickets (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER REFERENCES customers (id),
    order_id INTEGER REFERENCES orders (id),
    staff_id INTEGER REFERENCES staff (id),
    kind VARCHAR(20) NOT NULL CHECK (kind IN ('question', 'complaint')),
    subject TEXT NOT NULL,
    email TEXT,
    rating VARCHAR(10) NOT NULL DEFAULT 'none' CHECK (rating IN ('good', 'bad', 'none')),
    opened_at TIMESTAMP NOT NULL,
    closed_at TIMESTAMP
);
CREATE INDEX tickets_customer ON tickets (customer_id);
CREATE INDEX tickets_order ON tickets (order_id);
CREATE INDEX tickets_staff ON tickets (staff_id);

CREATE TABLE ticket_messages (
    ticket_id INTEGER NOT NULL REFERENCES tickets (id),
    number INTEGER NOT NULL,
    by_customer BOOLEAN NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (ticket_id, number)
);

CREATE TABLE newsletter (
    email TEXT PRIMARY KEY,
    name TEXT,
    customer_id INTEGER REFERENCES customers (id),
    subscribed_at INTEGER NOT NULL,                             -- seconds since 1970
    unsubscribed_at INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX newsletter_customer ON newsletter (customer_id);

CREATE TABLE warehouse_picks (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    sku VARCHAR(20) NOT NULL REFERENCES products (sku),
    shelf TEXT NOT NULL
);
CREATE INDEX warehouse_picks_order ON warehouse_picks (order_id);
