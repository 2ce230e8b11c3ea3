// The learning engine of one layer: label -> row of the feedback memory (or y - t in the output layer), dz, learning
// rate, rounding, saturation, write back; one Galois shift register a lane draws the words of stochastic rounding.
//
// Implements: docs/spec.md 2.2 (rounding), 2.3 (overflow), 2.5 (generators, order of draws), 2.6 steps 3 to 6, 11 (words).
// Written from the specification alone, in the part of SystemVerilog that Icarus Verilog 11 takes with -g2012. The
// constants come from the package `layer_parameters` that `spikeledger vectors` writes for each layer.
// Memories answer one clock after their address. Arithmetic is written 64 bits wide (2.4); synthesis trims constants.
// Not modelled: the number of cycles of section 5; words are read, changed and written back one after the other.

`timescale 1ns / 1ps

module learning_engine import layer_parameters::*; (
  input  logic                          clock,
  input  logic                          reset,
  // One training sample: its label, the place of its h and of its events.
  input  logic                          start,
  input  logic [31:0]                   label,
  input  logic [31:0]                   first_output,
  input  logic [31:0]                   first_event,
  input  logic [31:0]                   event_count,
  output logic                          done,
  // Seeds of the lanes.
  input  logic                          seed_write,
  input  logic [31:0]                   seed_lane,
  input  logic [LFSR_BITS-1:0]          seed,
  // Memories that are only read: h of the layer, rows of B, events.
  output logic [31:0]                   neuron_address,
  input  logic [NEURON_WORD_BITS-1:0]   neuron_word,
  output logic [31:0]                   feedback_address,
  input  logic [FEEDBACK_WORD_BITS-1:0] feedback_word,
  output logic [31:0]                   event_address,
  input  logic [EVENT_WORD_BITS-1:0]    event_word,
  // Memories that learn.
  output logic [31:0]                   synapse_address,
  input  logic [SYNAPSE_WORD_BITS-1:0]  synapse_word,
  output logic                          synapse_write,
  output logic [SYNAPSE_WORD_BITS-1:0]  synapse_new_word,
  output logic [31:0]                   bias_address,
  input  logic [BIAS_WORD_BITS-1:0]     bias_word,
  output logic                          bias_write,
  output logic [BIAS_WORD_BITS-1:0]     bias_new_word
);
  // Words of one row, and groups of neurons that the lanes serve together.
  localparam integer SYNAPSE_WORDS = (NEURONS + WEIGHTS_PER_WORD - 1) / WEIGHTS_PER_WORD;
  localparam integer BIAS_WORDS = (NEURONS + BIASES_PER_WORD - 1) / BIASES_PER_WORD;
  localparam integer FEEDBACK_WORDS = (NEURONS + FEEDBACKS_PER_WORD - 1) / FEEDBACKS_PER_WORD;
  localparam integer NEURON_WORDS = (NEURONS + OUTPUTS_PER_WORD - 1) / OUTPUTS_PER_WORD;
  localparam integer GROUPS = (NEURONS + LANES - 1) / LANES;

  // Fraction bits of f' (2.6 step 3; none and relu: 2.12), of g = eta * dz, and of g * x.
  localparam integer DERIVATIVE_FRACTION = ACTIVATION < 2 ? 0 : 2 * OUTPUT_FRACTION;
  localparam integer SCALED_FRACTION = RATE_IS_SHIFT ? DELTA_FRACTION + RATE_FRACTION : UPDATE_FRACTION;
  localparam integer CHANGE_FRACTION = SCALED_FRACTION + INPUT_FRACTION;

  // Codes of layer_parameters.
  localparam integer FROM_FEEDBACK_ROW = 1;
  localparam integer FROM_DIFFERENCE = 2;
  localparam integer FROM_DOUBLE_DIFFERENCE = 3;
  localparam integer NEAREST = 1;
  localparam integer NEAREST_EVEN = 2;
  localparam integer STOCHASTIC = 3;

  // ---- Arithmetic ----------------------------------------------------------------------------------------------

  // The number that the low `bits` bits stand for.
  function automatic logic signed [63:0] number(input logic [31:0] raw, input integer bits, input integer is_signed);
    logic signed [63:0] value;
    value = {32'b0, raw};
    if (is_signed != 0 && raw[bits-1]) value = value - (64'sd1 <<< bits);
    return value;
  endfunction

  // Section 2.2: `dropped` bits fewer, or as many more where it is negative.
  function automatic logic signed [63:0] rounded(
    input logic signed [63:0] value, input integer dropped, input integer mode, input logic [LFSR_BITS-1:0] random
  );
    logic signed [63:0] half;
    logic signed [63:0] addend;
    if (dropped <= 0) return value <<< -dropped;
    half = 64'sd1 <<< (dropped - 1);
    addend = 64'sd0;
    if (mode == NEAREST) addend = value < 0 ? half - 64'sd1 : half;
    if (mode == NEAREST_EVEN) addend = value[dropped] ? half : half - 64'sd1;
    if (mode == STOCHASTIC) begin
      addend = {{(64-LFSR_BITS){1'b0}}, random};
      addend = dropped >= LFSR_BITS ? addend <<< (dropped - LFSR_BITS) : addend >>> (LFSR_BITS - dropped);
    end
    return (value + addend) >>> dropped;
  endfunction

  // Section 2.3.
  function automatic logic signed [63:0] confined(
    input logic signed [63:0] value, input integer bits, input integer is_signed, input integer wraps
  );
    logic signed [63:0] lowest;
    logic signed [63:0] highest;
    lowest = is_signed != 0 ? -(64'sd1 <<< (bits - 1)) : 64'sd0;
    highest = (64'sd1 <<< (is_signed != 0 ? bits - 1 : bits)) - 64'sd1;
    if (wraps != 0) return number(value[31:0] & ~(~64'h0 << bits), bits, is_signed);
    if (value < lowest) return lowest;
    return value > highest ? highest : value;
  endfunction

  function automatic logic signed [63:0] to_delta(input logic signed [63:0] value, input integer fraction);
    return confined(
      rounded(value, fraction - DELTA_FRACTION, DELTA_ROUNDING, {LFSR_BITS{1'b0}}), DELTA_BITS, DELTA_SIGNED, DELTA_WRAPS
    );
  endfunction

  // f' from h, exact.
  function automatic logic signed [63:0] derivative(input logic signed [63:0] h);
    logic signed [63:0] one;
    one = 64'sd1 <<< OUTPUT_FRACTION;
    case (ACTIVATION)
      0: return 64'sd1;
      1: return h > 0 ? 64'sd1 : 64'sd0;
      2: return one * one - h * h;
      default: return h * (one - h);
    endcase
  endfunction

  // Step 3: dz of one neuron. `b`: its value in the selected row of B.
  function automatic logic signed [63:0] delta_z_of(
    input logic signed [63:0] h, input logic signed [63:0] b, input logic is_label
  );
    logic signed [63:0] difference;
    logic signed [63:0] delta_h;
    difference = is_label ? h - (64'sd1 <<< OUTPUT_FRACTION) : h;
    if (ERROR_SOURCE == FROM_DIFFERENCE) return to_delta(difference, OUTPUT_FRACTION);
    delta_h = ERROR_SOURCE == FROM_DOUBLE_DIFFERENCE
      ? to_delta(difference, OUTPUT_FRACTION - 1) : to_delta(b, FEEDBACK_FRACTION);
    return to_delta(delta_h * derivative(h), DELTA_FRACTION + DERIVATIVE_FRACTION);
  endfunction

  // Step 4: g. A power of two only moves the binary point.
  function automatic logic signed [63:0] scaled_of(input logic signed [63:0] dz);
    logic signed [63:0] product;
    if (RATE_IS_SHIFT != 0) return dz;
    product = dz * RATE_MANTISSA;
    product = rounded(product, DELTA_FRACTION + RATE_FRACTION - UPDATE_FRACTION, UPDATE_ROUNDING, {LFSR_BITS{1'b0}});
    return confined(product, UPDATE_BITS, UPDATE_SIGNED, UPDATE_WRAPS);
  endfunction

  // stored - change, both brought to the larger fraction, rounded once to the fraction of what is stored.
  function automatic logic signed [63:0] moved(
    input logic signed [63:0] stored, input integer stored_fraction,
    input logic signed [63:0] change, input integer change_fraction,
    input integer mode, input logic [LFSR_BITS-1:0] random
  );
    integer common;
    common = stored_fraction > change_fraction ? stored_fraction : change_fraction;
    return rounded(
      (stored <<< (common - stored_fraction)) - (change <<< (common - change_fraction)),
      common - stored_fraction, mode, random
    );
  endfunction

  // Section 2.5: one clock of a Galois shift register.
  function automatic logic [LFSR_BITS-1:0] next_word(input logic [LFSR_BITS-1:0] state);
    return (state >> 1) ^ (state[0] ? LFSR_MASK : {LFSR_BITS{1'b0}});
  endfunction

  // ---- Registers -----------------------------------------------------------------------------------------------

  typedef enum logic [3:0] {
    IDLE, READ_OUTPUTS, READ_FEEDBACK, MAKE_DELTAS, FETCH_EVENT, TAKE_EVENT,
    READ_ROW, UPDATE_ROW, WRITE_ROW, READ_BIASES, UPDATE_BIASES, WRITE_BIASES, FINISH
  } state_t;
  state_t state;

  // Words or groups of the state that are done.
  integer count;
  integer event_index;
  logic [31:0] axon;
  logic signed [63:0] x;

  logic [LFSR_BITS-1:0] lanes [0:LANES-1];
  logic signed [31:0] outputs [0:NEURONS-1];
  logic signed [31:0] feedback [0:NEURONS-1];
  logic signed [31:0] delta_z [0:NEURONS-1];
  logic signed [31:0] scaled [0:NEURONS-1];
  // The row of weights, or the biases, between reading and writing.
  logic signed [31:0] row [0:NEURONS-1];

  // ---- Addresses and new words ---------------------------------------------------------------------------------

  assign neuron_address = first_output + count;
  assign feedback_address = label * FEEDBACK_WORDS + count;
  assign event_address = first_event + event_index;
  assign synapse_address = axon * SYNAPSE_WORDS + count;
  assign bias_address = count;
  assign synapse_write = state == WRITE_ROW;
  assign bias_write = state == WRITE_BIASES;
  assign done = state == FINISH;

  // Whole values of a word; what is left of it is 0.
  logic [WEIGHTS_PER_WORD*WEIGHT_BITS-1:0] new_weights;
  logic [BIASES_PER_WORD*BIAS_BITS-1:0] new_biases;
  assign synapse_new_word = new_weights;
  assign bias_new_word = new_biases;
  genvar place;
  generate
    for (place = 0; place < WEIGHTS_PER_WORD; place = place + 1) begin : weight_places
      assign new_weights[place*WEIGHT_BITS +: WEIGHT_BITS] =
        count * WEIGHTS_PER_WORD + place < NEURONS ? row[count*WEIGHTS_PER_WORD + place] : 0;
    end
    for (place = 0; place < BIASES_PER_WORD; place = place + 1) begin : bias_places
      assign new_biases[place*BIAS_BITS +: BIAS_BITS] =
        count * BIASES_PER_WORD + place < NEURONS ? row[count*BIASES_PER_WORD + place] : 0;
    end
  endgenerate

  // ---- Lanes ---------------------------------------------------------------------------------------------------

  // Lane l works on neuron count * LANES + l of the group; it draws once for each weight or bias whose tensor rounds
  // stochastically, whatever the value of the change. Lanes beyond the last neuron stand still.
  task automatic update_group(
    input integer fraction, input integer bits, input integer is_signed, input integer wraps, input integer mode,
    input logic signed [63:0] factor, input integer change_fraction
  );
    for (int lane = 0; lane < LANES; lane++) begin
      automatic int neuron = count * LANES + lane;
      if (neuron < NEURONS) begin
        row[neuron] <= confined(
          moved(row[neuron], fraction, scaled[neuron] * factor, change_fraction, mode, next_word(lanes[lane])),
          bits, is_signed, wraps
        );
        if (mode == STOCHASTIC) lanes[lane] <= next_word(lanes[lane]);
      end
    end
  endtask

  // Step 3 and 4 for a group.
  task automatic make_deltas;
    for (int lane = 0; lane < LANES; lane++) begin
      automatic int neuron = count * LANES + lane;
      automatic logic signed [63:0] dz;
      if (neuron < NEURONS) begin
        dz = delta_z_of(outputs[neuron], feedback[neuron], neuron == label);
        delta_z[neuron] <= dz;
        scaled[neuron] <= scaled_of(dz);
      end
    end
  endtask

  // ---- Order of the steps (2.6) --------------------------------------------------------------------------------

  // The next state, with its count at the beginning.
  task automatic enter(input state_t next);
    state <= next;
    count <= 0;
  endtask

  always_ff @(posedge clock) begin
    if (seed_write) lanes[seed_lane] <= seed;
    if (reset) enter(IDLE);
    else begin
      count <= count + 1;
      case (state)
        IDLE: begin
          event_index <= 0;
          enter(start ? READ_OUTPUTS : IDLE);
        end

        // While reading, the word that arrives is that of the address before.
        READ_OUTPUTS: begin
          for (int place = 0; place < OUTPUTS_PER_WORD; place++)
            if (count > 0 && (count - 1) * OUTPUTS_PER_WORD + place < NEURONS)
              outputs[(count-1)*OUTPUTS_PER_WORD + place] <=
                number(neuron_word[place*OUTPUT_BITS +: OUTPUT_BITS], OUTPUT_BITS, OUTPUT_SIGNED);
          if (count == NEURON_WORDS) enter(ERROR_SOURCE == FROM_FEEDBACK_ROW ? READ_FEEDBACK : MAKE_DELTAS);
        end

        READ_FEEDBACK: begin
          for (int place = 0; place < FEEDBACKS_PER_WORD; place++)
            if (count > 0 && (count - 1) * FEEDBACKS_PER_WORD + place < NEURONS)
              feedback[(count-1)*FEEDBACKS_PER_WORD + place] <=
                number(feedback_word[place*FEEDBACK_BITS +: FEEDBACK_BITS], FEEDBACK_BITS, FEEDBACK_SIGNED);
          if (count == FEEDBACK_WORDS) enter(MAKE_DELTAS);
        end

        MAKE_DELTAS: begin
          make_deltas;
          if (count == GROUPS - 1) enter(FETCH_EVENT);
        end

        FETCH_EVENT: enter(event_index == event_count ? READ_BIASES : TAKE_EVENT);

        // An event of value 0 (delivered in dense mode) changes nothing and draws nothing.
        TAKE_EVENT: begin
          event_index <= event_index + 1;
          axon <= event_word >> EVENT_VALUE_BITS;
          x <= number(event_word[INPUT_BITS-1:0], INPUT_BITS, INPUT_SIGNED);
          enter(event_word[INPUT_BITS-1:0] == 0 ? FETCH_EVENT : READ_ROW);
        end

        READ_ROW: begin
          for (int place = 0; place < WEIGHTS_PER_WORD; place++)
            if (count > 0 && (count - 1) * WEIGHTS_PER_WORD + place < NEURONS)
              row[(count-1)*WEIGHTS_PER_WORD + place] <=
                number(synapse_word[place*WEIGHT_BITS +: WEIGHT_BITS], WEIGHT_BITS, WEIGHT_SIGNED);
          if (count == SYNAPSE_WORDS) enter(UPDATE_ROW);
        end

        UPDATE_ROW: begin
          update_group(WEIGHT_FRACTION, WEIGHT_BITS, WEIGHT_SIGNED, WEIGHT_WRAPS, WEIGHT_ROUNDING, x, CHANGE_FRACTION);
          if (count == GROUPS - 1) enter(WRITE_ROW);
        end

        WRITE_ROW: if (count == SYNAPSE_WORDS - 1) enter(FETCH_EVENT);

        READ_BIASES: begin
          for (int place = 0; place < BIASES_PER_WORD; place++)
            if (count > 0 && (count - 1) * BIASES_PER_WORD + place < NEURONS)
              row[(count-1)*BIASES_PER_WORD + place] <=
                number(bias_word[place*BIAS_BITS +: BIAS_BITS], BIAS_BITS, BIAS_SIGNED);
          if (count == BIAS_WORDS) enter(UPDATE_BIASES);
        end

        UPDATE_BIASES: begin
          update_group(BIAS_FRACTION, BIAS_BITS, BIAS_SIGNED, BIAS_WRAPS, BIAS_ROUNDING, 64'sd1, SCALED_FRACTION);
          if (count == GROUPS - 1) enter(WRITE_BIASES);
        end

        WRITE_BIASES: if (count == BIAS_WORDS - 1) enter(FINISH);

        FINISH: enter(IDLE);
        default: enter(IDLE);
      endcase
    end
  end
endmodule
