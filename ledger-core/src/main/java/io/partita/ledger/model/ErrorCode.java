// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.model;

/** Stable codes of the errors that are told to a user or operator; runbooks are keyed to their names. */
public enum ErrorCode {
    /** The JVM lacks flags that the ledger needs. */
    JVM_FLAGS_MISSING,
    /** A setting is unknown, missing or out of range. */
    INVALID_CONFIGURATION,
    /** A query's filter cannot be meant. */
    INVALID_FILTER,
    /** The data folder is in use by another process. */
    FOLDER_IN_USE,
    /** The data folder belongs to another cluster. */
    WRONG_CLUSTER,
    /** The data folder is of another node. */
    WRONG_NODE,
    /** A file's format version is not known to this release. */
    UNKNOWN_FORMAT,
    /** A stored record or file is damaged. */
    DAMAGED,
    /** A read, write or force of storage failed. */
    STORAGE_FAILED,
    /** The disk is full, or nearly. */
    STORAGE_FULL,
    /** A port or address cannot be bound. */
    ADDRESS_IN_USE,
    /** The compare-and-set register went back. */
    REGISTER_REGRESSION,
    /** The compare-and-set register cannot be used. */
    REGISTER_FAILED,
    /** Nodes at the same seq have different state. */
    DIGEST_MISMATCH,
    /** A journal conflicts with what this node committed. */
    COMMITTED_CONFLICT,
    /** Two processes run one lineage. */
    CLONE,
    /** A certificate, key or trusted CA file cannot be used. */
    CERTIFICATE_INVALID,
    /** This process's own certificate is not valid any more, or not yet. */
    CERTIFICATE_EXPIRED,
    /** This process's own certificate, or a CA above it, expires soon. */
    CERTIFICATE_EXPIRES,
    /** Somebody asked for what the roles of its certificate do not allow, or spoke in another's name. */
    ACCESS_DENIED,
    /** A file or folder can be read or changed by users that must not. */
    INSECURE_PERMISSIONS,
    /** The state machine's rules cannot be raised to that version now. */
    LOGIC_VERSION_REFUSED,
    /** A recovery that accepts loss is not needed, another node is to be preferred, or the chosen one has no records. */
    RECOVERY_REFUSED,
    /** A node gives an operator no answer. */
    NODE_UNREACHABLE,
    /** A node does not do what an operator asks. */
    OPERATION_REFUSED,
    /** A planned handover ended without another active. */
    SWITCHOVER_ABORTED,
    /** A damaged journal cannot be made whole from what there is. */
    MEND_REFUSED,
    /** A backup cannot be made, or restored, as asked. */
    BACKUP_REFUSED,
    /** A snapshot cannot be taken. */
    SNAPSHOT_REFUSED,
    /** Something that must hold does not. */
    INTERNAL
}
