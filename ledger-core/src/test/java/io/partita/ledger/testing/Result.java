// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.testing;

import io.partita.ledger.model.ResultCode;

/** The result of one command. */
public record Result(ResultCode code, long timestamp) {}
